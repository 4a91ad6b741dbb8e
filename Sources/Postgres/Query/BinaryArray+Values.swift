extension BinaryArray {
  /// Appends an integer that the type has room for.
  ///
  /// - Returns: false where it has none, or where the elements are no integers; then nothing is appended.
  @discardableResult
  public mutating func append(_ number: Int64) -> Bool {
    switch element {
    case .int8:
      appendElement(bigEndian: number)
    case .int4:
      guard let number = Int32(exactly: number) else { return false }
      appendElement(bigEndian: number)
    case .int2:
      guard let number = Int16(exactly: number) else { return false }
      appendElement(bigEndian: number)
    default: return false
    }
    return true
  }

  /// Appends a moment as microseconds since 1970; those that the server does not know are refused there.
  ///
  /// - Returns: false where the elements are no timestamps; then nothing is appended.
  @discardableResult
  public mutating func append(microsecondsSince1970 moment: Int64) -> Bool {
    // The server counts from 2000; its least number means -infinity.
    let (moment, overflow) = moment.subtractingReportingOverflow(TimestampText.postgresEpoch * 1_000_000)
    return append(serverMicroseconds: overflow ? Int64.min + 1 : moment)
  }

  /// Appends a moment as the server counts: microseconds since 2000, and the first and the last number for `-infinity` and `infinity`.
  ///
  /// - Returns: false where the elements are no timestamps; then nothing is appended.
  public mutating func append(serverMicroseconds moment: Int64) -> Bool {
    guard element == .timestamptz || element == .timestamp else { return false }
    appendElement(bigEndian: moment)
    return true
  }

  /// Appends a truth value.
  ///
  /// - Returns: false where the elements are none; then nothing is appended.
  @discardableResult
  public mutating func append(_ value: Bool) -> Bool {
    guard element == .bool else { return false }
    appendElement(bigEndian: value ? 1 : 0 as UInt8)
    return true
  }

  /// Appends `unscaled` / 10^`scale`, with as many digits behind the point as `scale` says.
  ///
  /// - Returns: false where the elements are not of ``Element/numeric``, or `scale` is not in 0...1000; then nothing is appended.
  public mutating func append(unscaled: Int64, scale: Int) -> Bool {
    element == .numeric && appendElement { NumericBinary.append(unscaled: unscaled, scale: scale, to: &$0) }
  }

  /// Appends an element by its text form.
  ///
  /// - Returns: false where the text is no value of the type; then nothing is appended. What a text may hold is the server's business.
  public mutating func append(text: UnsafeRawBufferPointer) -> Bool {
    let isJSONB = element == .jsonb
    switch element {
    case .int2, .int4, .int8:
      guard let number = Self.integer(text) else { return false }
      return append(number)
    case .bool:
      guard text.count == 1, text[0] == UInt8(ascii: "t") || text[0] == UInt8(ascii: "f") else { return false }
      return append(text[0] == UInt8(ascii: "t"))
    case .timestamp, .timestamptz:
      guard let moment = TimestampText.serverMicroseconds(text) else { return false }
      return append(serverMicroseconds: moment)
    case .numeric:
      return appendElement { NumericBinary.append(text: text, to: &$0) }
    case .text, .varchar, .json, .jsonb:
      return appendElement { buffer in
        // The version of jsonb's binary form.
        if isJSONB { buffer.append(1) }
        buffer.append(contentsOf: text)
        return true
      }
    }
  }

  private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? UnsafeRawBufferPointer(rebasing: text.dropFirst()) : text
    guard !digits.isEmpty else { return nil }
    // Counted downwards: there is one negative number more.
    var value: Int64 = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }
}
