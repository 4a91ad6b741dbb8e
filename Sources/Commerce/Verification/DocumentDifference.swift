/// One document that does not say what the write side says.
public struct DocumentDifference: Sendable, Hashable, CustomStringConvertible {
  /// In which way.
  public enum Kind: String, Sendable, Hashable {
    /// The write side has the aggregate, the read side has no document.
    case missing
    /// The read side has a document, the write side has no aggregate.
    case extra
    /// Both have it, and they differ.
    case different
  }

  /// The aggregate.
  public var key: String
  /// In which way.
  public var kind: Kind
  /// For a different one: the top-level fields that differ.
  public var fields: [String]

  /// One line, without values.
  public var description: String {
    fields.isEmpty ? "\(key): \(kind.rawValue)" : "\(key): \(kind.rawValue) in \(fields.joined(separator: ", "))"
  }
}
