import BenchmarkSupport
import Kafka
import Synchronization

/// The offsets that the broker has acknowledged to the group: from then on nobody may be told of smaller ones.
final class CommittedOffsetsLedger: Sendable {
  static let group = "chaos-readers"
  private let clients: ChaosClients
  private let findings: Findings
  private let highest = Mutex<[TopicPartition: Int64]>([:])

  init(clients: ChaosClients, findings: Findings) {
    self.clients = clients
    self.findings = findings
  }

  /// Up to now.
  var acknowledged: [TopicPartition: Int64] { highest.withLock { $0 } }

  func acknowledge(_ offsets: [TopicPartition: Int64]) { highest.withLock { $0.merge(offsets) { max($0, $1) } } }

  /// Asks again and again, as an onlooker.
  func watch(until stop: StopFlag) async throws {
    let admin = try clients.admin()
    while !stop.isSet {
      let before = acknowledged
      // It may be down.
      if let found = try? await admin.groupOffsets(Self.group) { compare(found, with: before) }
      try await pause(.milliseconds(300))
    }
  }

  /// Whether what was found is not behind what had been acknowledged before the question.
  func compare(_ found: [TopicPartition: Int64], with before: [TopicPartition: Int64]) {
    for (partition, offset) in before where (found[partition] ?? -1) < offset {
      findings.add(
        "committed offsets that went back", "\(partition): \(offset) was acknowledged, \(found[partition].map { "\($0)" } ?? "none") found")
    }
  }
}
