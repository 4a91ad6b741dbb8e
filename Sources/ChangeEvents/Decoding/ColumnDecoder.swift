/// Turns a field of an envelope back into PostgreSQL text: the inverse of `ColumnEncoder`.
///
/// What an encoding loses does not come back: the zeros at the end of a `numeric` without scale, the zeros before the
/// first one of a `bit varying`, the months of an interval in microseconds (they are guessed), digits beyond a mode's
/// precision, the dimensions of a nested array.
public struct ColumnDecoder: Sendable {
  /// What was decided, behind one reference: a row of decoders is cheap to walk.
  private final class Resolved: Sendable {
    let codec: ValueCodec
    let limit: ColumnLimit
    /// The placeholder's JSON, and its content where that is a string.
    let unavailable: [UInt8]
    let unavailableString: [UInt8]?

    init(codec: ValueCodec, limit: ColumnLimit, unavailable: [UInt8]) {
      self.codec = codec
      self.limit = limit
      self.unavailable = unavailable
      unavailableString = unavailable.withUnsafeBytes { JSONCursor.string($0) }
    }

    init(copying other: Resolved) {
      codec = other.codec
      limit = other.limit
      unavailable = other.unavailable
      unavailableString = other.unavailableString
    }
  }

  private let resolved: Resolved

  var codec: ValueCodec { resolved.codec }
  var limit: ColumnLimit { resolved.limit }

  /// Resolves how a column is read; the parameters are those its encoder had.
  /// - Throws: `ColumnDecodingError` (`unknownType`, `unsupportedType`).
  public init(type: UInt32, typmod: Int32, catalog: TypeCatalog, options: EncodingOptions) throws(ColumnDecodingError) {
    let codec: ValueCodec
    do throws(ValueCodec.Unresolved) {
      codec = try ValueCodec(type: type, typmod: typmod, catalog: catalog, options: options)
    } catch {
      switch error {
      case .unknown(let oid): throw ColumnDecodingError(.unknownType, "no type with OID \(oid) is known")
      case .unsupported(let name): throw ColumnDecodingError(.unsupportedType, "type '\(name)' has no mapping")
      }
    }
    resolved = Resolved(
      codec: codec, limit: ColumnLimit(type: type, typmod: typmod, catalog: catalog),
      unavailable: codec.unavailable(ValueCodec.placeholder(options)))
  }

  private init(_ resolved: Resolved) { self.resolved = resolved }

  /// The same decoder with memory of its own: threads that count references to the same memory wait for each other.
  public func unshared() -> ColumnDecoder { ColumnDecoder(Resolved(copying: resolved)) }

  /// Whether the text of every value consists of letters, digits, signs and points, so that it needs no quotes in an array's literal.
  public var isPlain: Bool {
    switch resolved.codec {
    case .bool, .integer, .bit, .decimal, .decimalText, .decimalDouble, .variableDecimal: true
    default: false
    }
  }

  /// Appends the value's text as PostgreSQL's input function takes it (`DateStyle=ISO`), and as its output function prints it.
  ///
  /// - Returns: false if the value is NULL; then nothing is appended.
  /// - Throws: `malformed`, also where the column's type has no such value, or `unavailable`; then nothing is appended.
  @discardableResult
  public func appendText(_ value: FieldValue, to text: inout [UInt8]) throws(ColumnDecodingError) -> Bool {
    let result: Result<Bool, ColumnDecodingError> = value.withView { view in attempt(view, &text) }
    return try result.get()
  }

  /// Appends the text of a row's field without making strings: the hot path.
  ///
  /// - Parameter index: the field's number in the row, in `0..<row.count`.
  /// - Returns: false if the value is NULL; then nothing is appended.
  /// - Throws: `malformed` or `unavailable`; then nothing is appended.
  @discardableResult
  public func appendText(of row: Row, at index: Int, to text: inout [UInt8]) throws(ColumnDecodingError) -> Bool {
    let result: Result<Bool, ColumnDecodingError> = row.withView(index) { view in attempt(view, &text) }
    return try result.get()
  }

  /// Whether the value is the placeholder that stands for an unchanged TOASTed value: the column keeps what it has.
  public func isUnavailable(_ value: FieldValue) -> Bool { value.withView(isUnavailable) }

  /// Whether a row's field is the placeholder, without making strings.
  public func isUnavailable(in row: Row, at index: Int) -> Bool { row.withView(index, isUnavailable) }

  /// Whether values are written alike for both columns: what one can read means the same to the other.
  public func reads(like other: ColumnDecoder) -> Bool { resolved.codec == other.resolved.codec }

  private func isUnavailable(_ view: FieldView) -> Bool {
    switch view.kind {
    case .string:
      guard let placeholder = resolved.unavailableString, view.bytes.count == placeholder.count else { return false }
      return placeholder.withUnsafeBytes { view.bytes.equals($0) }
    case .json:
      guard view.bytes.count == resolved.unavailable.count else { return false }
      return resolved.unavailable.withUnsafeBytes { view.bytes.equals($0) }
    default: return false
    }
  }

  private func attempt(_ view: FieldView, _ text: inout [UInt8]) -> Result<Bool, ColumnDecodingError> {
    if view.kind == .null { return .success(false) }
    if isUnavailable(view) {
      return .failure(ColumnDecodingError(.unavailable, "the WAL did not carry the value: the column keeps what it has"))
    }
    let start = text.count
    do throws(ColumnDecodingError) {
      try resolved.codec.decode(view, to: &text)
      if resolved.limit != .none {
        let expected = text.withUnsafeBytes { resolved.limit.violation(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        if let expected { throw ColumnDecodingError(.malformed, "a field should be \(expected)") }
      }
      return .success(true)
    } catch {
      text.removeSubrange(start...)
      return .failure(error)
    }
  }
}
