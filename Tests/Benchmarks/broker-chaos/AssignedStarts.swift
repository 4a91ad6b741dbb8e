import Kafka
import Synchronization

/// Remembers for each partition that comes where it must not start before.
final class AssignedStarts: RebalanceHandler {
  private let offsets: CommittedOffsetsLedger
  private let fresh = Mutex<[TopicPartition: Int64]>([:])

  init(offsets: CommittedOffsetsLedger) { self.offsets = offsets }

  func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
    let acknowledged = offsets.acknowledged
    fresh.withLock { fresh in for partition in partitions { fresh[partition] = acknowledged[partition] ?? 0 } }
    return [:]
  }

  /// Where it must not start before; nil where it has started.
  func take(_ partition: TopicPartition) -> Int64? { fresh.withLock { $0.removeValue(forKey: partition) } }
}
