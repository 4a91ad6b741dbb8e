extension ValueCodec {
  /// Appends `numeric` and `money`.
  func decodeDecimal(_ view: FieldView, to text: inout [UInt8]) throws(ColumnDecodingError) {
    switch self {
    case .decimal(let scale), .money(let scale, .precise):
      let (negative, digits) = try Self.unscaled(view)
      PostgresText.decimal(negative: negative, digits: digits, scale: scale, to: &text)
    case .variableDecimal:
      guard view.kind == .json else { throw .malformed("numeric", "an object with scale and value") }
      var scale: Int?
      var number: (negative: Bool, digits: [UInt8])?
      let fine = try JSONCursor.forEachMember(view.bytes) { (name, value) throws(ColumnDecodingError) in
        if name.elementsEqual("scale".utf8), value.kind == .integer { scale = Int(value.integer) }
        if name.elementsEqual("value".utf8) { number = try Self.unscaled(value) }
      }
      // PostgreSQL's own bounds: 16383 digits behind the point, 131072 before it.
      guard fine, let scale, let number, scale.magnitude <= 140_000 else {
        throw .malformed("numeric", "an object with scale and value")
      }
      PostgresText.decimal(negative: number.negative, digits: number.digits, scale: scale, to: &text)
    case .decimalText, .money(_, .string):
      guard view.kind == .string else { throw .malformed("numeric", "a string") }
      if DecimalText(view.bytes) != nil {
        text.append(contentsOf: view.bytes)
      } else if view.bytes.equals("NAN") {
        text.append(contentsOf: "NaN".utf8)
      } else if view.bytes.equals("POSITIVE_INFINITY") {
        text.append(contentsOf: "Infinity".utf8)
      } else if view.bytes.equals("NEGATIVE_INFINITY") {
        text.append(contentsOf: "-Infinity".utf8)
      } else {
        throw .malformed("numeric", "decimal digits")
      }
    case .decimalDouble(let scale): try Self.double(view, scale: scale, to: &text)
    case .money(let scale, .double): try Self.double(view, scale: scale, to: &text)
    default: break
    }
  }

  private static func unscaled(_ view: FieldView) throws(ColumnDecodingError) -> (negative: Bool, digits: [UInt8]) {
    let bytes = try binary(view, .bytes)
    guard bytes.count <= 65_536, !bytes.isEmpty else { throw .malformed("numeric", "the bytes of an unscaled value") }
    return bytes.withUnsafeBytes { TwosComplement.digits(of: $0) }
  }

  private static func double(_ view: FieldView, scale: Int?, to text: inout [UInt8]) throws(ColumnDecodingError) {
    switch view.kind {
    case .integer, .number:
      guard let number = FloatText(view.bytes), number.point.magnitude <= 400 else { throw .malformed("numeric", "a number") }
      if number.negative && number.count > 0 { text.append(UInt8(ascii: "-")) }
      PostgresText.plain(number, scale: scale, to: &text)
    case .string where view.bytes.equals("NaN") || view.bytes.equals("Infinity") || view.bytes.equals("-Infinity"):
      text.append(contentsOf: view.bytes)
    default: throw .malformed("numeric", "a number, NaN or Infinity")
    }
  }
}
