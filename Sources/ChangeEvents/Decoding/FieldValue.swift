/// One field of a row as JSON carries it, before anybody knows its column's type.
public enum FieldValue: Sendable, Hashable {
  /// JSON null.
  case null
  /// true or false.
  case bool(Bool)
  /// A number without fraction and exponent that fits.
  case integer(Int64)
  /// Any other number in its original text: with a fraction or an exponent, or beyond `Int64`.
  case number(text: String)
  /// A string, unescaped.
  case string(String)
  /// An array or object in its original text.
  case json(text: String)
}
