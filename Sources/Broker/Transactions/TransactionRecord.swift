internal import NIOCore

/// Records of `__transaction_state` in Kafka's own form: key and value, each after its version in two bytes (`TransactionLog`).
enum TransactionRecord {
  private static let keyVersion: Int16 = 0
  /// The flexible version, which transactions version 1 writes (KIP-890).
  private static let valueVersion: Int16 = 1

  /// The record that says where a transactional id stands, or with `nil` the tombstone that forgets it.
  static func encode(_ transactionalID: String, _ metadata: TransactionMetadata?) throws(CodecError) -> StateRecord {
    var key = ByteBuffer()
    key.writeInteger(keyVersion)
    try FieldWriter.write(TransactionLogKey(transactionalID: transactionalID), version: keyVersion, to: &key)
    guard let metadata else { return StateRecord(key: key, value: nil) }

    var message = TransactionLogValue()
    message.producerID = metadata.producerID
    message.previousProducerID = metadata.previousProducerID
    message.producerEpoch = metadata.producerEpoch
    message.transactionTimeoutMilliseconds = metadata.timeoutMilliseconds
    message.transactionStatus = metadata.state.rawValue
    message.transactionLastUpdateTimestampMilliseconds = metadata.lastUpdateTimestamp
    message.transactionStartTimestampMilliseconds = metadata.startTimestamp
    message.transactionPartitions =
      metadata.state == .empty
      ? nil
      : Dictionary(grouping: metadata.partitions, by: \.topic).sorted { $0.key < $1.key }.map { topic, partitions in
        TransactionLogValue.PartitionsSchema(topic: topic, partitionIDs: partitions.map(\.partition).sorted())
      }
    var value = ByteBuffer()
    value.writeInteger(valueVersion)
    try FieldWriter.write(message, version: valueVersion, to: &value)
    return StateRecord(key: key, value: value)
  }

  /// The transactional id of a key, or `nil` for a kind of record that this version of the broker does not know.
  static func decodeKey(_ key: ByteBuffer) throws(CodecError) -> String? {
    var key = key
    guard let version = key.readInteger(as: Int16.self) else { throw CodecError("a key without its version") }
    guard TransactionLogKey.versions.contains(version) else { return nil }
    return try FieldReader.body(TransactionLogKey.self, from: key, version: version).transactionalID
  }

  static func decodeValue(_ value: ByteBuffer) throws(CodecError) -> TransactionMetadata {
    var value = value
    guard let version = value.readInteger(as: Int16.self) else { throw CodecError("a value without its version") }
    guard TransactionLogValue.versions.contains(version) else { throw CodecError("a value of version \(version)") }
    let message = try FieldReader.body(TransactionLogValue.self, from: value, version: version)
    guard let state = TransactionState(rawValue: message.transactionStatus), state != .dead, state != .prepareEpochFence else {
      throw CodecError("a transaction in state \(message.transactionStatus)")
    }
    guard message.producerID >= 0, message.producerEpoch >= 0 else {
      throw CodecError("a transaction of producer \(message.producerID), epoch \(message.producerEpoch)")
    }
    var metadata = TransactionMetadata(
      producerID: message.producerID, timeoutMilliseconds: message.transactionTimeoutMilliseconds,
      lastUpdateTimestamp: message.transactionLastUpdateTimestampMilliseconds)
    metadata.previousProducerID = message.previousProducerID
    metadata.producerEpoch = message.producerEpoch
    metadata.state = state
    metadata.startTimestamp = message.transactionStartTimestampMilliseconds
    for topic in message.transactionPartitions ?? [] {
      for partition in topic.partitionIDs { metadata.partitions.insert(TopicPartition(topic: topic.topic, partition: partition)) }
    }
    return metadata
  }
}
