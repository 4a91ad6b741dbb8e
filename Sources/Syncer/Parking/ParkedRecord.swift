public import Kafka

/// A record in the queue of a parked key.
public struct ParkedRecord: Hashable, Sendable {
  /// How it came there.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// It could not be applied, and is dead-lettered.
    case failed
    /// It came after one that could not be applied; nothing is known against it.
    case behind
  }

  /// The record as it was consumed.
  public var record: ConsumerRecord
  /// How it came there.
  public var kind: Kind
  /// Whether an operator has replaced the value, see ``value``.
  public var isEdited: Bool
  /// The value that an operator has put in the place of the original; nil is NULL where ``isEdited``, and nothing otherwise.
  public var editedValue: [UInt8]?
  /// When it was parked, in ms since 1970.
  public var parkedAt: Int64

  /// The value that the next attempt applies.
  public var value: [UInt8]? { isEdited ? editedValue : record.value }

  /// The record with ``value``, as the next attempt applies it.
  var effective: ConsumerRecord {
    var record = record
    record.value = value
    return record
  }
}
