import BenchmarkSupport
import Kafka
import Synchronization

/// A member of a group: reads what the numbered producers write, commits after each batch, and looks at everything on its way.
struct GroupMember: Sendable {
  let clients: ChaosClients
  let number: Int
  let offsets: CommittedOffsetsLedger
  let findings: Findings

  func run(until stop: StopFlag) async throws {
    while !stop.isSet {
      let consumer = try clients.consumer(group: CommittedOffsetsLedger.group)
      do {
        try await read(consumer, until: stop)
      } catch let error as KafkaError {
        findings.add("readers that failed", "member \(number): \(error)")
      }
      await consumer.close(deadline: .seconds(15))
    }
  }

  private func read(_ consumer: Consumer, until stop: StopFlag) async throws {
    let starts = AssignedStarts(offsets: offsets)
    var order = NumberOrder(beginsAtZero: false)
    try await consumer.subscribe([ChaosTopics.numbered], rebalance: starts)
    while !stop.isSet, let batch = try await consumer.nextBatch(maxRecords: 1000, maxWait: .milliseconds(200)) {
      var next: [TopicPartition: Int64] = [:]
      batch.forEach { record in
        let place = TopicPartition(topic: ChaosTopics.numbered, partition: record.partition)
        if let least = starts.take(place) {
          order.forget(record.partition)
          if record.offset < least {
            findings.add("members that started before the committed offset", "\(place): at \(record.offset), \(least) was acknowledged")
          }
        }
        guard let bytes = record.value, let value = NumberedValue(bytes), value.partition == record.partition else {
          return findings.add("values that are spoilt", "\(place) at \(record.offset)")
        }
        if let expected = order.expect(value) {
          findings.add("records missing or twice, as a member saw it", "\(place) at \(record.offset): \(value), expected \(expected)")
        }
        next[place] = record.offset + 1
      }
      guard !next.isEmpty else { continue }
      // The broker may be down, the partitions another's: the next commit covers this one.
      guard let outcome = try? await consumer.commit(next) else { continue }
      offsets.acknowledge(outcome.committed)
    }
  }
}
