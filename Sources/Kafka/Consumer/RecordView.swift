internal import CRDKafka

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A look at a record in librdkafka's memory, without a copy. Valid only inside the closure that got it.
public struct RecordView: ~Copyable {
  // SAFETY: both are borrowed from the batch, which outlives the closure; ~Copyable keeps the view inside it. The batch is not retained,
  // because two atomic operations for each record would be felt.
  let message: UnsafeMutablePointer<rd_kafka_message_t>
  let batch: Unmanaged<ConsumerBatch>

  init(_ message: UnsafeMutablePointer<rd_kafka_message_t>, of batch: Unmanaged<ConsumerBatch>) {
    self.message = message
    self.batch = batch
  }

  /// The topic's name.
  public var topic: String { batch._withUnsafeGuaranteedRef { $0.name(of: message.pointee.rkt) } }

  /// The partition.
  public var partition: Int32 { message.pointee.partition }

  /// The offset.
  public var offset: Int64 { message.pointee.offset }

  /// Topic and partition together.
  public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

  /// Milliseconds since 1970; -1 if the record has none.
  public var timestamp: Int64 { rd_kafka_message_timestamp(message, nil) }

  /// Who gave the timestamp.
  public var timestampType: TimestampType {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    _ = rd_kafka_message_timestamp(message, &type)
    return TimestampType(type)
  }

  /// The key's bytes; nil is NULL.
  public var key: UnsafeRawBufferPointer? {
    message.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.key_len) }
  }

  /// The value's bytes; nil is NULL.
  public var value: UnsafeRawBufferPointer? {
    message.pointee.payload.map { UnsafeRawBufferPointer(start: $0, count: message.pointee.len) }
  }

  /// Headers in order, parsed and copied at each call.
  public var headers: [Header] {
    var native: OpaquePointer?
    guard rd_kafka_message_headers(message, &native) == RD_KAFKA_RESP_ERR_NO_ERROR, let native else { return [] }
    return (0..<rd_kafka_header_cnt(native)).compactMap { index in
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var size = 0
      guard rd_kafka_header_get_all(native, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name else { return nil }
      return Header(name: String(cString: name), value: value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) })
    }
  }

  /// Whether the headers are these, compared without a copy.
  func hasHeaders(_ known: [Header]) -> Bool {
    var native: OpaquePointer?
    guard rd_kafka_message_headers(message, &native) == RD_KAFKA_RESP_ERR_NO_ERROR, let native else { return known.isEmpty }
    guard rd_kafka_header_cnt(native) == known.count else { return false }
    for (index, header) in known.enumerated() {
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var size = 0
      guard rd_kafka_header_get_all(native, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name,
        header.isSame(name: name, value: value.map { UnsafeRawBufferPointer(start: $0, count: size) })
      else { return false }
    }
    return true
  }

  /// Whether both are of one partition.
  func isOfSamePartition(as other: borrowing RecordView) -> Bool {
    message.pointee.partition == other.message.pointee.partition && message.pointee.rkt == other.message.pointee.rkt
  }

  /// A copy that may be kept.
  public func record() -> ConsumerRecord { record(topic: topic, headers: headers) }

  /// A copy with a name and headers that were made already.
  func record(topic: String, headers: [Header]) -> ConsumerRecord {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let timestamp = rd_kafka_message_timestamp(message, &type)
    return ConsumerRecord(
      topic: topic, partition: partition, offset: offset, timestamp: timestamp, timestampType: TimestampType(type),
      key: key.map(Array.init),
      value: value.map(Array.init), headers: headers)
  }
}

extension Header {
  fileprivate func isSame(name: UnsafePointer<CChar>, value: UnsafeRawBufferPointer?) -> Bool {
    // Up to the zero with which both end, however much longer one of them is.
    guard self.name.withCString({ strcmp($0, name) == 0 }) else { return false }
    guard let own = self.value, let value else { return self.value == nil && value == nil }
    guard own.count == value.count, let expected = value.baseAddress else { return own.count == value.count }
    return own.withUnsafeBytes { bytes in bytes.baseAddress.map { memcmp($0, expected, bytes.count) == 0 } ?? true }
  }
}

extension TimestampType {
  fileprivate init(_ native: rd_kafka_timestamp_type_t) {
    switch native {
    case RD_KAFKA_TIMESTAMP_CREATE_TIME: self = .createTime
    case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: self = .logAppendTime
    default: self = .none
    }
  }
}
