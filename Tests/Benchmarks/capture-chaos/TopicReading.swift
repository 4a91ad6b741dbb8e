import BenchmarkSupport
import Foundation
import Kafka
import Logging

/// Reads the topic from its beginning and compares it with the history.
struct TopicReading: Sendable {
  let servers: String
  let topic: String
  let partitions: Int
  let logger: Logger

  struct Findings: Sendable {
    var records = 0
    var repeats = 0
    var missing: [Change] = []
    var unknown: [Change] = []
    var disordered: [Int64] = []
    var repeatsOfAnotherLSN: [Change] = []

    var isClean: Bool { missing.isEmpty && unknown.isEmpty && disordered.isEmpty && repeatsOfAnotherLSN.isEmpty }
  }

  private struct Envelope: Decodable {
    struct Row: Decodable {
      var id: Int64
      var v: Int64
    }
    struct Source: Decodable { var lsn: Int64 }
    var before: Row?
    var after: Row?
    var op: String
    var source: Source
  }

  func compare(with history: [Change]) async throws -> Findings {
    var findings = Findings()
    var seen: [Change: Int64] = [:]
    var orders: [Int64: [Change]] = [:]
    try await read { value in
      let envelope = try JSONDecoder().decode(Envelope.self, from: Data(value))
      guard envelope.op != "r", let row = envelope.after ?? envelope.before else { return }
      findings.records += 1
      let change = Change(id: row.id, operation: envelope.op, version: row.v)
      if let lsn = seen[change] {
        findings.repeats += 1
        if lsn != envelope.source.lsn { findings.repeatsOfAnotherLSN.append(change) }
      } else {
        seen[change] = envelope.source.lsn
        orders[row.id, default: []].append(change)
      }
    }
    let committed = Set(history)
    findings.missing = history.filter { seen[$0] == nil }
    findings.unknown = seen.keys.filter { !committed.contains($0) }
    for (id, expected) in Dictionary(grouping: history, by: \.id) where orders[id] ?? [] != expected.filter({ seen[$0] != nil }) {
      findings.disordered.append(id)
    }
    return findings
  }

  private func read(_ body: ([UInt8]) throws -> Void) async throws {
    let all = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
    let consumer = try Consumer(configuration: ConsumerConfiguration(bootstrapServers: servers, groupID: nil), logger: logger)
    let ends = try await consumer.watermarks(for: all).mapValues(\.high)
    try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, StartOffset.beginning) }))
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let positions = try await consumer.position(all)
      if all.allSatisfy({ ends[$0] ?? 0 == 0 || positions[$0] ?? 0 >= ends[$0] ?? 0 }) { break }
      guard ContinuousClock.now < deadline else { throw BenchmarkFailure("the topic could not be read to its end in two minutes") }
      guard let batch = try await consumer.nextBatch(maxWait: .milliseconds(200)) else { break }
      for record in batch.records() { if let value = record.value { try body(value) } }
    }
    _ = await consumer.close(deadline: .seconds(5))
  }
}
