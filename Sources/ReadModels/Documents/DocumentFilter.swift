/// A condition on a document's body. Paths are the names of nested fields, `["brand", "id"]`; all conditions of a list must hold.
public enum DocumentFilter: Sendable, Hashable {
  /// The field equals the value.
  case equals([String], DocumentValue)
  /// The field is an array that has the value among its elements.
  case contains([String], DocumentValue)
  /// The field is a number that is at least this.
  case atLeast([String], Double)
  /// The field is a number that is at most this.
  case atMost([String], Double)
  /// The field is a string that contains this text, upper and lower case alike.
  case containsText([String], String)
  /// The document has these words among the fields that its ``DocumentSearch`` covers; as web searches have it, with quotes for words that
  /// stand together, `or`, and `-` before words that must not be there.
  case search(String)
}
