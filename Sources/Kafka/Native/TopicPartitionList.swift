internal import CRDKafka

/// The one owner of a `rd_kafka_topic_partition_list_t`.
struct TopicPartitionList: ~Copyable {
  // SAFETY: owned by this value alone and destroyed in deinit.
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  /// An entry, copied out.
  struct Entry: Sendable {
    var partition: TopicPartition
    var offset: Int64
    var error: KafkaError.Code
  }

  init(capacity: Int) throws(KafkaError) {
    guard let pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity)) else {
      throw KafkaError(code: .criticalSystemResource, where: "topic partition list")
    }
    self.pointer = pointer
  }

  init(_ partitions: some Collection<TopicPartition>) throws(KafkaError) {
    try self.init(capacity: partitions.count)
    for partition in partitions { append(partition) }
  }

  init(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
    try self.init(capacity: offsets.count)
    for (partition, offset) in offsets { append(partition, offset: offset) }
  }

  deinit {
    rd_kafka_topic_partition_list_destroy(pointer)
  }

  func append(_ partition: TopicPartition, offset: Int64? = nil) {
    guard let entry = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition) else { return }
    if let offset { entry.pointee.offset = offset }
  }

  var entries: [Entry] { Self.entries(of: pointer) }

  /// Reads a list that belongs to somebody else.
  static func entries(of list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
    guard let list, let elements = list.pointee.elems else { return [] }
    return (0..<Int(list.pointee.cnt)).map { index in
      let element = elements[index]
      return Entry(
        partition: TopicPartition(topic: element.topic.map { String(cString: $0) } ?? "", partition: element.partition),
        offset: element.offset, error: KafkaError.Code(element.err))
    }
  }

  static func entries(of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
    entries(of: list.map { UnsafePointer($0) })
  }
}
