/// A mirror cannot be set up. The description is for operators: it names tables, columns and types and never holds values.
public struct MirrorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: Sendable, Hashable {
    /// The source has no such table.
    case unknownTable
    /// A column cannot be mirrored: its name is taken by a technical column.
    case unsupportedColumn
    /// The mirror table exists and does not fit its source.
    case incompatibleMirror
    /// A document's declaration names a table or column that is not mirrored.
    case unknownReference
    /// Two sources of one database want the same mirror.
    case duplicate
  }

  /// The kind.
  public let code: Code
  /// What was expected, what was found, what to do.
  public let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }
}
