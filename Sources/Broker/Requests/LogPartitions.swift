/// The broker's logs, as the transaction coordinator sees them: where markers go.
final class LogPartitions: TransactionPartitions {
  private let topics: TopicCatalogue
  private let groups: GroupCoordinator
  private let flusher: LogFlusher
  private let scheduler: any Scheduler
  private let onMarker: (PartitionLog) -> Void

  init(
    topics: TopicCatalogue, groups: GroupCoordinator, flusher: LogFlusher, scheduler: any Scheduler,
    onMarker: @escaping (PartitionLog) -> Void
  ) {
    self.topics = topics
    self.groups = groups
    self.flusher = flusher
    self.scheduler = scheduler
    self.onMarker = onMarker
  }

  func exists(_ partition: TopicPartition) -> Bool { topics.log(partition.topic, partition.partition) != nil }

  func writeMarkers(
    producerID: Int64, producerEpoch: Int16, committed: Bool, coordinatorEpoch: Int32, partitions: [TopicPartition],
    completion: @escaping (ErrorCode) -> Void
  ) {
    let marker = TransactionMarker(
      outcome: committed ? .commit : .abort, producerID: producerID, producerEpoch: producerEpoch, coordinatorEpoch: coordinatorEpoch)
    var waiting = partitions.count
    var worst = ErrorCode.none
    func ended(_ code: ErrorCode) {
      if code != .none { worst = code }
      waiting -= 1
      if waiting == 0 { completion(worst) }
    }
    guard !partitions.isEmpty else { return completion(.none) }
    for partition in partitions {
      // A topic that was deleted meanwhile has nothing to mark.
      guard let log = topics.log(partition.topic, partition.partition) else {
        ended(.none)
        continue
      }
      do {
        let offset = try log.appendMarker(marker, now: scheduler.now)
        flusher.whenDurable(log, upTo: offset + 1) { [self] isDurable in
          guard isDurable else { return ended(.kafkaStorageError) }
          if TopicName.isInternal(partition.topic) { groups.transactionEnded(producerID: producerID, committed: committed) }
          onMarker(log)
          ended(.none)
        }
      } catch {
        ended(error.code)
      }
    }
  }
}
