import BenchmarkSupport
import Kafka

/// Writes a few keys again and again into a compacted topic, numbering all records of a partition: of each key the last must stay, and what
/// stays must be in order.
struct CompactedProducer: Sendable {
  let clients: ChaosClients
  let seed: UInt64
  let findings: Findings
  let progress: ChaosProgress
  static let number = 50
  private let keys = 300
  private let batchesPerSecond = 10.0
  private let batchRecords = 50

  func run(until stop: StopFlag) async throws -> ProducedKeys {
    let producer = try clients.producer(compression: .lz4)
    var numbers = SeededNumbers(seed: seed, stream: 200)
    var result = ProducedKeys()
    var counts = Array(repeating: UInt64(0), count: ChaosTopics.otherPartitions)
    var outstanding = Outstanding("compacted producer", findings: findings, progress: progress)
    var batch = RecordBatch()
    var next = ContinuousClock.now
    while !stop.isSet {
      batch.removeAll(keepingCapacity: true)
      for _ in 0..<batchRecords {
        let key = Int.random(in: 0..<keys, using: &numbers)
        let partition = key % counts.count
        let value = NumberedValue.write(
          producer: Self.number, partition: Int32(partition), number: counts[partition],
          filling: Int.random(in: 0...1000, using: &numbers), &numbers)
        Array("\(key)".utf8).withUnsafeBytes { key in
          value.withUnsafeBytes { batch.append(topic: ChaosTopics.compacted, partition: Int32(partition), key: key, value: $0) }
        }
        result.last[key] = counts[partition]
        counts[partition] += 1
      }
      outstanding.append(try await producer.enqueue(batch))
      await outstanding.settle()
      next = max(next + .seconds(1 / batchesPerSecond), .now)
      try await pause(until: next)
    }
    try await outstanding.finish(producer)
    return result
  }
}
