/// Turns a field of an envelope back into PostgreSQL text: the inverse of `ColumnEncoder`.
public struct ColumnDecoder: Sendable {
  let codec: ValueCodec
  let unavailable: [UInt8]

  /// Resolves how a column is read; the parameters are those its encoder had.
  /// - Throws: `ColumnDecodingError` (`unknownType`, `unsupportedType`).
  public init(type: UInt32, typmod: Int32, catalog: TypeCatalog, options: EncodingOptions) throws(ColumnDecodingError) {
    fatalError()
  }

  /// Appends the value's text as PostgreSQL's input function takes it.
  ///
  /// - Returns: false if the value is NULL; then nothing is appended.
  /// - Throws: `malformed` or `unavailable`; then nothing is appended.
  @discardableResult
  public func appendText(_ value: FieldValue, to text: inout [UInt8]) throws(ColumnDecodingError) -> Bool { fatalError() }

  /// Appends the text of a row's field without making strings: the hot path.
  ///
  /// - Returns: false if the value is NULL; then nothing is appended.
  @discardableResult
  public func appendText(of row: Row, at index: Int, to text: inout [UInt8]) throws(ColumnDecodingError) -> Bool { fatalError() }

  /// Whether the value is the placeholder that stands for an unchanged TOASTed value: the column keeps what it has.
  public func isUnavailable(_ value: FieldValue) -> Bool { fatalError() }

  /// Whether a row's field is the placeholder, without making strings.
  public func isUnavailable(in row: Row, at index: Int) -> Bool { fatalError() }
}
