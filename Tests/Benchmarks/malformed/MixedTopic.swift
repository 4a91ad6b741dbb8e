import BenchmarkSupport
import Kafka
import Logging

/// Copies the good records into a topic, with malformed ones between them.
struct MixedTopic {
  let bench: Workbench
  let source: String
  let target: String
  let partitions: Int

  /// The header that tells which kind a malformed record is.
  static let kind = "kind"

  /// - Returns: how many malformed records were written.
  func fill(records: Int, malformed: Int) async throws -> Int {
    var logger = Logger(label: "malformed-bench")
    logger.logLevel = .critical
    let consumer = try await Self.consumer(bench, source, partitions: partitions)
    let producer = try Producer(configuration: ProducerConfiguration(bootstrapServers: bench.broker.servers), logger: logger)
    var copied = 0
    var spoiled = 0
    while copied < records {
      guard let batch = try await consumer.nextBatch(maxWait: .seconds(5)), !batch.isEmpty else {
        throw BenchmarkFailure("\(source) has \(copied) records, expected \(records)")
      }
      var out: [ProducerRecord] = []
      for record in batch.records() {
        guard let value = record.value else { continue }
        out.append(
          ProducerRecord(
            topic: target, partition: record.partition, key: record.key, value: value, headers: record.headers, timestamp: record.timestamp)
        )
        copied += 1
        while spoiled < malformed, spoiled * records < copied * malformed {
          let kind = Malformation.mixed[spoiled % Malformation.mixed.count]
          let id = 1_000_000_000 + spoiled
          out.append(
            ProducerRecord(
              topic: target, partition: record.partition, key: Array(#"{"id":\#(id)}"#.utf8), value: try kind.spoil(value, id: id),
              headers: [Header(name: Self.kind, value: Array("\(kind)".utf8))], timestamp: record.timestamp))
          spoiled += 1
        }
      }
      let report = try await producer.send(contentsOf: out)
      if let failure = report.failures.first { throw BenchmarkFailure("a record was not written: \(failure.error)") }
    }
    await consumer.close(deadline: .seconds(10))
    await producer.close(deadline: .seconds(10))
    return spoiled
  }

  /// Reads a topic from its beginning.
  static func consumer(_ bench: Workbench, _ topic: String, partitions: Int) async throws -> Consumer {
    var logger = Logger(label: "malformed-bench")
    logger.logLevel = .critical
    let consumer = try Consumer(
      configuration: ConsumerConfiguration(bootstrapServers: bench.broker.servers, groupID: nil, statisticsInterval: .zero), logger: logger)
    try await consumer.assign(
      Dictionary(uniqueKeysWithValues: (0..<partitions).map { (TopicPartition(topic: topic, partition: Int32($0)), .beginning) }))
    return consumer
  }
}
