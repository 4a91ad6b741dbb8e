/// What happened to a row: Debezium's `op`.
public enum Operation: UInt8, Sendable, Hashable, CaseIterable {
  /// `c`: inserted.
  case create = 0x63
  /// `u`: updated.
  case update = 0x75
  /// `d`: deleted.
  case delete = 0x64
  /// `r`: read by a snapshot.
  case read = 0x72
  /// `t`: its table was truncated.
  case truncate = 0x74
  /// `m`: a logical message, not a row.
  case message = 0x6D

  /// The letter on the wire.
  public var letter: Character { Character(Unicode.Scalar(rawValue)) }
}
