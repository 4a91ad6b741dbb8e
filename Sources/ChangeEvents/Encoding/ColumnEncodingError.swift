/// Why a column's value cannot be written.
public struct ColumnEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// The type, or one below it, is not in the catalogue: load it from `pg_type` and try again.
    case unknownType
    /// The type has no mapping (and `include.unknown.datatypes` is off): leave the column out, as Debezium does.
    case unsupportedType
    /// The text is not what PostgreSQL writes for this type under the settings that are expected
    /// (`DateStyle=ISO`, `IntervalStyle=postgres`, `bytea_output=hex`).
    case malformed
    /// The value exists, but its representation cannot hold it: NaN or an infinity in a `precise` decimal. Debezium
    /// follows `event.converting.failure.handling.mode` here; `warn` writes null.
    case notRepresentable
  }

  /// The kind.
  public var code: Code
  /// What was found and what was expected; never contains the value.
  public var reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// Safe to show: names types, never values.
  public var description: String { reason }
}
