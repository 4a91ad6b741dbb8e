/// A row that is not the same on both sides.
public struct MirrorDifference: Sendable, Hashable, CustomStringConvertible {
  /// How the sides differ.
  public enum Kind: String, Sendable, Hashable {
    /// The source has the row, the mirror does not (or, without a key, has it less often).
    case missing
    /// The mirror has the row, the source does not (or, without a key, has it less often).
    case extra
    /// Both have it, with different values.
    case different
  }

  /// How.
  public let kind: Kind
  /// The primary key's values; for a table without one, the digest of the row.
  public let key: String
  /// The columns that differ, where both have the row.
  public let columns: [String]

  /// A difference.
  public init(kind: Kind, key: String, columns: [String] = []) {
    self.kind = kind
    self.key = key
    self.columns = columns
  }

  /// `different 42 (name, price)`.
  public var description: String { "\(kind.rawValue) \(key)" + (columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))") }
}
