/// A record does not look as its mirror's definition says: it is malformed, or the source's table has changed. The cause of a
/// `RecordFailure`; never holds values.
struct MirrorMismatch: Error, Sendable {
  /// What does not fit.
  enum Kind: Sendable, Hashable {
    /// The record has a field that is not a column.
    case unknownField
    /// The record lacks a column of the key.
    case noKey
    /// A value cannot be read as the column's type.
    case value
  }

  /// What does not fit.
  let kind: Kind
  /// The source's table, as ``MirrorDefinition/mirrorName``.
  let mirror: String
  /// The field or column.
  let column: String
  /// The error beneath.
  var cause: (any Error)?
}
