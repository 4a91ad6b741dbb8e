internal import CRDKafka

/// Messages taken from the consumer's queue, sorted into records and errors. Whoever takes `messages` owns them.
struct FetchedMessages {
  private(set) var messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>?
  private(set) var count = 0
  private(set) var byteCount = 0
  private(set) var topics: [(handle: OpaquePointer, name: String)] = []
  private(set) var partitions: [TopicPartition] = []
  /// What partitions complained of, in order.
  private(set) var errors: [(TopicPartition, KafkaError)] = []
  /// Where partitions had nothing more to read.
  private(set) var ends: [TopicPartition: Int64] = [:]

  /// Takes what is there, without waiting.
  /// - Parameters:
  ///   - averageBytes: the size of a record as seen so far: librdkafka counts records, not bytes, and takes none back.
  init(from queue: OpaquePointer, client: OpaquePointer, maxRecords: Int, maxBytes: Int, averageBytes: Int) {
    let capacity = min(maxRecords, rd_kafka_queue_length(queue))
    guard capacity > 0 else { return }
    let messages = UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>.allocate(capacity: capacity)
    var average = max(1, averageBytes)
    while count < capacity, byteCount < maxBytes {
      let wanted = min(capacity - count, max(1, (maxBytes - byteCount) / average))
      let taken = rd_kafka_consume_batch_queue(queue, 0, messages + count, wanted)
      guard taken > 0 else { break }
      sort(messages, count + taken, client)
      if count > 0 { average = max(1, byteCount / count) }
    }
    if count > 0 {
      self.messages = messages
    } else {
      messages.deallocate()
    }
  }

  /// Looks at the messages from `count` to `end`: records move up, errors are read and destroyed.
  private mutating func sort(
    _ messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>, _ end: Int, _ client: OpaquePointer
  ) {
    var topic: OpaquePointer?
    var partition: Int32 = -1
    for index in count..<end {
      guard let message = messages[index] else { continue }
      if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
        note(message, client)
        rd_kafka_message_destroy(message)
        continue
      }
      messages[count] = message
      count += 1
      byteCount += message.pointee.len + message.pointee.key_len
      // Records of a partition stand together, as they were fetched.
      if message.pointee.partition != partition || message.pointee.rkt != topic {
        topic = message.pointee.rkt
        partition = message.pointee.partition
        note(topic, partition)
      }
    }
  }

  private mutating func note(_ topic: OpaquePointer?, _ partition: Int32) {
    guard let topic else { return }
    let name: String
    if let known = topics.first(where: { $0.handle == topic }) {
      name = known.name
    } else {
      name = String(cString: rd_kafka_topic_name(topic))
      topics.append((topic, name))
    }
    let found = TopicPartition(topic: name, partition: partition)
    if !partitions.contains(found) { partitions.append(found) }
  }

  private mutating func note(_ message: UnsafeMutablePointer<rd_kafka_message_t>, _ client: OpaquePointer) {
    let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
    let partition = TopicPartition(topic: topic, partition: message.pointee.partition)
    if message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
      ends[partition] = message.pointee.offset
      return
    }
    let reason = rd_kafka_message_errstr(message).map { String(cString: $0) }
    errors.append((partition, .of(message.pointee.err, client: client, reason: reason, where: "\(partition)")))
  }
}
