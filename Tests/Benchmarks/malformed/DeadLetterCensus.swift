import BenchmarkSupport
import Kafka

/// What lies in a dead-letter topic: each record's kind, and whether its reason stands in its headers.
struct DeadLetterCensus {
  /// By kind.
  private(set) var counts: [String: Int] = [:]
  /// A reason of each kind.
  private(set) var reasons: [String: String] = [:]
  /// Letters without a reason, or of no kind: good records.
  private(set) var unexplained = 0

  init(_ bench: Workbench, topic: String, partitions: Int, count: Int) async throws {
    let consumer = try await MixedTopic.consumer(bench, topic, partitions: partitions)
    var seen = 0
    while seen < count, let batch = try await consumer.nextBatch(maxWait: .seconds(5)), !batch.isEmpty {
      for record in batch.records() {
        seen += 1
        guard let kind = Self.text(record, MixedTopic.kind), let reason = Self.text(record, "__connect.errors.exception.message"),
          !reason.isEmpty
        else {
          unexplained += 1
          continue
        }
        counts[kind, default: 0] += 1
        reasons[kind] = reason
      }
    }
    await consumer.close(deadline: .seconds(10))
  }

  private static func text(_ record: ConsumerRecord, _ header: String) -> String? {
    record.headers.first { $0.name == header }?.value.map { String(decoding: $0, as: UTF8.self) }
  }
}
