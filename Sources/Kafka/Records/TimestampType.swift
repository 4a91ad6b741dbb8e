/// Who gave a record its timestamp.
public enum TimestampType: Hashable, Sendable {
  /// The record has none.
  case none
  /// The producer, when the record was made.
  case createTime
  /// The broker, when the record was appended.
  case logAppendTime
}
