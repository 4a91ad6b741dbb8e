internal import NIOCore

/// A record of `__consumer_offsets`: what it says, and its bytes (Kafka's GroupCoordinatorRecordHelpers).
enum GroupRecord: Equatable {
  /// An offset, or its deletion.
  case offset(OffsetCommitKey, OffsetCommitValue?)
  /// A group, or its deletion.
  case group(GroupMetadataKey, GroupMetadataValue?)
  /// Of a kind that this broker does not write, such as those of the consumer protocol of KIP-848.
  case other

  /// Key and value each begin with their version, in two bytes.
  init(_ record: StateRecord) throws(CodecError) {
    var key = record.key
    guard let keyVersion = key.readInteger(as: Int16.self) else { throw CodecError("a key without a version") }
    switch keyVersion {
    case OffsetCommitKey.versions:
      self = .offset(try FieldReader.body(OffsetCommitKey.self, from: key, version: keyVersion), try Self.value(record.value))
    case GroupMetadataKey.versions:
      self = .group(try FieldReader.body(GroupMetadataKey.self, from: key, version: keyVersion), try Self.value(record.value))
    default:
      self = .other
    }
  }

  private static func value<M: BodyMessage>(_ bytes: ByteBuffer?) throws(CodecError) -> M? {
    guard var bytes else { return nil }
    guard let version = bytes.readInteger(as: Int16.self), M.versions.contains(version) else {
      throw CodecError("a \(M.self) of a version beyond \(M.versions.upperBound)")
    }
    return try FieldReader.body(M.self, from: bytes, version: version)
  }

  // MARK: Writing

  /// A group's record; `nil` deletes the group.
  static func group(_ group: String, _ value: GroupMetadataValue?) throws(CodecError) -> StateRecord {
    StateRecord(
      key: try bytes(GroupMetadataKey(group: group), version: 2),
      value: try value.map { value throws(CodecError) in try bytes(value, version: 3) })
  }

  /// An offset's record; `nil` deletes the offset.
  static func offset(_ group: String, _ partition: TopicPartition, _ offset: CommittedOffset?) throws(CodecError) -> StateRecord {
    let key = try bytes(OffsetCommitKey(group: group, topic: partition.topic, partition: partition.partition), version: 1)
    guard let offset else { return StateRecord(key: key, value: nil) }
    let value = OffsetCommitValue(
      offset: offset.offset, leaderEpoch: offset.leaderEpoch, metadata: offset.metadata, commitTimestamp: offset.commitTimestamp,
      expireTimestamp: offset.expireTimestamp ?? -1)
    // Only version 1 has room for a time of expiry.
    return StateRecord(key: key, value: try bytes(value, version: offset.expireTimestamp == nil ? 3 : 1))
  }

  private static func bytes<M: BodyMessage>(_ message: M, version: Int16) throws(CodecError) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeInteger(version)
    try FieldWriter.write(message, version: version, to: &buffer)
    return buffer
  }
}

extension CommittedOffset {
  /// As it was read from the log, at `position`.
  init(_ value: OffsetCommitValue, position: Int64) {
    self.init(
      offset: value.offset, leaderEpoch: value.leaderEpoch, metadata: value.metadata, commitTimestamp: value.commitTimestamp,
      expireTimestamp: value.expireTimestamp < 0 ? nil : value.expireTimestamp, position: position)
  }
}
