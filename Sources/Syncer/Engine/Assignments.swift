internal import Kafka
internal import Synchronization

/// Passes assignments on to the engine and knows what is assigned, for a client that ends without saying so.
final class Assignments: RebalanceHandler {
  private let listener: any AssignmentListener
  private let assigned = Mutex<Set<TopicPartition>>([])

  init(listener: any AssignmentListener) {
    self.listener = listener
  }

  func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
    assigned.withLock { $0.formUnion(partitions) }
    return await listener.assigned(partitions)
  }

  func partitionsRevoked(_ partitions: [TopicPartition]) async {
    assigned.withLock { $0.subtract(partitions) }
    await listener.revoked(partitions)
  }

  func partitionsLost(_ partitions: [TopicPartition]) async {
    assigned.withLock { $0.subtract(partitions) }
    await listener.lost(partitions)
  }

  /// The client is gone with everything that was assigned.
  func loseAll() async {
    let lost = assigned.withLock { assigned in
      defer { assigned = [] }
      return assigned.sorted()
    }
    await listener.lost(lost)
    listener.left()
  }
}
