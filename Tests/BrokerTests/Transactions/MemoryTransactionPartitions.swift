@testable import Broker

/// Partitions that remember the markers written to them, and can fail or be slow.
final class MemoryTransactionPartitions: TransactionPartitions {
  struct Marker: Hashable {
    var partition: TopicPartition
    var producer: StateProducer
    var committed: Bool
  }

  var existing: Set<TopicPartition> = []
  private(set) var markers: [Marker] = []
  /// What markers of a partition are answered; those are not written.
  var failures: [TopicPartition: ErrorCode] = [:]
  /// Whether answers wait for ``answerHeld()``.
  var holds = false
  private var held: [() -> Void] = []
  private(set) var attempts = 0

  func exists(_ partition: TopicPartition) -> Bool { existing.contains(partition) }

  func writeMarkers(
    producerID: Int64, producerEpoch: Int16, committed: Bool, coordinatorEpoch: Int32, partitions: [TopicPartition],
    completion: @escaping (ErrorCode) -> Void
  ) {
    attempts += 1
    var code = ErrorCode.none
    for partition in partitions {
      if let failure = failures[partition] {
        code = failure
      } else {
        let producer = StateProducer(id: producerID, epoch: producerEpoch)
        markers.append(Marker(partition: partition, producer: producer, committed: committed))
      }
    }
    let answer = code
    if holds { held.append { completion(answer) } } else { completion(answer) }
  }

  func answerHeld() {
    let answers = held
    held = []
    for answer in answers { answer() }
  }

  /// The answers that are held back never come, as when the broker dies.
  func forgetHeld() { held = [] }
}
