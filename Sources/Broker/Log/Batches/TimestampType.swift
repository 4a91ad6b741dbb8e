/// Whose clock a record's timestamp comes from (KIP-32): bit 3 of a batch's attributes, the topic's `message.timestamp.type`.
enum TimestampType: UInt8, Sendable {
  /// The producer's.
  case createTime = 0
  /// The broker's, when the batch was appended: every record of the batch has the batch's largest timestamp.
  case logAppendTime = 1
}
