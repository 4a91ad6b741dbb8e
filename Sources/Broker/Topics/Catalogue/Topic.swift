/// A topic and the logs of its partitions. Confined to the event loop.
final class Topic {
  let name: String
  let id: KafkaUUID
  /// The broker writes it, clients may only read it.
  let isInternal: Bool
  /// By partition.
  var logs: [PartitionLog]

  init(name: String, id: KafkaUUID, logs: [PartitionLog]) {
    self.name = name
    self.id = id
    self.isInternal = TopicName.isInternal(name)
    self.logs = logs
  }

  /// Nil for a partition that the topic does not have.
  func log(_ partition: Int32) -> PartitionLog? {
    let index = Int(partition)
    return logs.indices.contains(index) ? logs[index] : nil
  }
}
