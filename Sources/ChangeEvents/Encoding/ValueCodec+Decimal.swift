extension ValueCodec {
  /// Writes `numeric` and `money`.
  func encodeDecimal(_ text: UnsafeRawBufferPointer, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    switch self {
    case .decimal(let scale):
      try Self.unscaled(try Self.decimal(text), scale: scale, to: &writer)
    case .variableDecimal:
      // Debezium strips the zeros at the end, so 5.00 and 5 are one.
      let number = try Self.decimal(text)
      let scale = number.significantFraction
      writer.raw("{\"scale\":")
      writer.integer(Int64(scale))
      writer.raw(",\"value\":")
      try Self.unscaled(number, scale: scale, to: &writer)
      writer.raw(UInt8(ascii: "}"))
    case .decimalText(let scale):
      if let number = DecimalText(text) {
        let missing = scale - number.fraction.count
        guard missing > 0 else { return writer.string(text) }
        // A column that was given a scale later, or a default written shorter.
        let point = number.fraction.isEmpty ? [UInt8(ascii: ".")] : []
        return (Array(text) + point + Array(repeating: 0x30, count: missing)).withUnsafeBytes { writer.string($0) }
      }
      // The names of the constants in Debezium's SpecialValueDecimal.
      if text.equals("NaN") { return writer.raw("\"NAN\"") }
      if text.equals("Infinity") { return writer.raw("\"POSITIVE_INFINITY\"") }
      guard text.equals("-Infinity") else { throw .malformed("numeric", "digits, NaN or Infinity") }
      writer.raw("\"NEGATIVE_INFINITY\"")
    case .decimalDouble:
      guard let value = FloatText.double(text) else { throw .malformed("numeric", "digits, NaN or Infinity") }
      writer.double(value)
    case .money(let digits, let mode):
      try Self.money(text, digits: digits, mode: mode, to: &writer)
    default: break
    }
  }

  private static func decimal(_ text: UnsafeRawBufferPointer) throws(ColumnEncodingError) -> DecimalText {
    if let number = DecimalText(text) { return number }
    if text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity") {
      throw .notRepresentable("NaN and infinities need decimal.handling.mode string or double")
    }
    throw .malformed("numeric", "digits")
  }

  /// Writes the unscaled value's bytes as a quoted Base64 string.
  private static func unscaled(_ number: DecimalText, scale: Int, to writer: inout JSONWriter) throws(ColumnEncodingError) {
    let fine: Void? = number.withDigits(scale: scale) { digits in
      TwosComplement.withBytes(digits: digits, negative: number.negative) { writer.binary($0, as: .bytes) }
    }
    if fine == nil { throw .notRepresentable("a numeric has more digits behind the point than its column's scale") }
  }

  /// `money` is printed by locale; signs, symbols and commas between thousands are taken away, as Debezium does.
  private static func money(
    _ text: UnsafeRawBufferPointer, digits: Int, mode: EncodingOptions.DecimalHandling, to writer: inout JSONWriter
  ) throws(ColumnEncodingError) {
    var plain: [UInt8] = []
    if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "(") { plain.append(UInt8(ascii: "-")) }
    for byte in text where byte &- 0x30 < 10 || byte == UInt8(ascii: ".") { plain.append(byte) }
    let result: Result<Void, ColumnEncodingError> = plain.withUnsafeBytes { plain in
      do throws(ColumnEncodingError) {
        guard let number = DecimalText(plain) else { throw .malformed("money", "an amount with a decimal point") }
        switch mode {
        case .string: writer.string(plain)
        case .double:
          guard let value = FloatText.double(plain) else { throw .malformed("money", "an amount with a decimal point") }
          writer.double(value)
        case .precise:
          // Fewer digits than the locale prints are rounded half up; that is rare enough to go through text.
          if number.significantFraction <= digits {
            try unscaled(number, scale: digits, to: &writer)
          } else {
            let rounded = roundedHalfUp(number, digits: digits)
            let fine: Void? = rounded.withUnsafeBytes { bytes in
              guard let number = DecimalText(bytes) else { return nil }
              return number.withDigits(scale: 0) { all in
                TwosComplement.withBytes(digits: all, negative: number.negative) { writer.binary($0, as: .bytes) }
              }
            }
            if fine == nil { throw .malformed("money", "an amount with a decimal point") }
          }
        }
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// The digits of `number * 10^digits`, rounded half away from zero.
  private static func roundedHalfUp(_ number: DecimalText, digits: Int) -> [UInt8] {
    var all: [UInt8] = [0x30] + Array(number.integer) + Array(number.fraction.prefix(digits))
    if number.fraction.count > digits && number.fraction[digits] >= 0x35 {
      var i = all.count - 1
      while i >= 0 {
        if all[i] < 0x39 {
          all[i] += 1
          break
        }
        all[i] = 0x30
        i -= 1
      }
    }
    return number.negative ? [UInt8(ascii: "-")] + all : all
  }
}
