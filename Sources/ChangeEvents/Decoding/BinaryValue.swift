/// A value as PostgreSQL's binary protocol takes it, where that is simpler than its text.
public enum BinaryValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// `timestamp` and `timestamptz`: microseconds since 2000-01-01; the first and the last number are `-infinity` and `infinity`.
  case moment(Int64)
  /// `numeric`: `unscaled` / 10^`scale`.
  case decimal(unscaled: Int64, scale: Int)
}
