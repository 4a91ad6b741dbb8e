extension NumericBinary {
  /// Appends `unscaled` / 10^`scale` with as many digits behind the point as `scale` says, without its length.
  ///
  /// - Returns: false where `scale` is not in 0...1000; then nothing is appended.
  static func append(unscaled: Int64, scale: Int, to buffer: inout [UInt8]) -> Bool {
    guard (0...1000).contains(scale) else { return false }
    // The point lies between two groups of four digits.
    let fractionGroups = (scale + 3) / 4
    var padding: UInt64 = 1
    for _ in 0..<(fractionGroups * 4 - scale) { padding *= 10 }
    let (product, overflow) = unscaled.magnitude.multipliedReportingOverflow(by: padding)
    guard !overflow else { return appendText(String(unscaled), scale: scale, to: &buffer) }
    var groups: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &groups) { memory in
      let groups = memory.bindMemory(to: UInt16.self)
      var rest = product
      var count = 0
      // 20 digits at the most: five groups.
      while rest > 0, count < groups.count {
        groups[count] = UInt16(truncatingIfNeeded: rest % 10_000)
        rest /= 10_000
        count += 1
      }
      appendHead(groups: count, weight: count == 0 ? 0 : count - fractionGroups - 1, isNegative: unscaled < 0, scale: scale, to: &buffer)
      for index in (0..<count).reversed() { append(groups[index], to: &buffer) }
    }
    return true
  }

  /// Appends what a text of `numeric` says, without its length: digits with a point and an exponent, `NaN`, `Infinity`, `-Infinity`.
  ///
  /// - Returns: false for any other text, and for numbers that the form has no room for; then nothing is appended.
  static func append(text: UnsafeRawBufferPointer, to buffer: inout [UInt8]) -> Bool {
    for (name, sign) in [("NaN", 0xC000), ("Infinity", 0xD000), ("-Infinity", 0xF000)] as [(String, UInt16)]
    where text.elementsEqual(name.utf8) {
      for field in [0, 0, sign, 0] { append(field, to: &buffer) }
      return true
    }
    guard let number = PlainNumber(text) else { return false }
    return append(number, to: &buffer)
  }

  private static func appendText(_ digits: String, scale: Int, to buffer: inout [UInt8]) -> Bool {
    let text = Array("\(digits)e-\(scale)".utf8)
    return text.withUnsafeBytes { append(text: $0, to: &buffer) }
  }

  private static func append(_ number: PlainNumber, to buffer: inout [UInt8]) -> Bool {
    // Groups are counted from the point: the one before it is 0.
    let first = (number.point - 1).floorDivided(by: 4)
    let last = (number.point - number.digits.count).floorDivided(by: 4)
    let count = number.digits.isEmpty ? 0 : first - last + 1
    guard Int(Int16.min)...Int(Int16.max) ~= first, count <= Int(UInt16.max), number.scale <= 0x3FFF else { return false }
    appendHead(groups: count, weight: count == 0 ? 0 : first, isNegative: number.isNegative, scale: number.scale, to: &buffer)
    guard count > 0 else { return true }
    for group in stride(from: first, through: last, by: -1) {
      var value: UInt16 = 0
      for exponent in stride(from: group * 4 + 3, through: group * 4, by: -1) {
        let index = number.point - 1 - exponent
        value = value * 10 + (number.digits.indices.contains(index) ? UInt16(number.digits[index]) : 0)
      }
      append(value, to: &buffer)
    }
    return true
  }

  private static func appendHead(groups: Int, weight: Int, isNegative: Bool, scale: Int, to buffer: inout [UInt8]) {
    append(UInt16(truncatingIfNeeded: groups), to: &buffer)
    append(UInt16(bitPattern: Int16(truncatingIfNeeded: weight)), to: &buffer)
    append(isNegative ? 0x4000 : 0, to: &buffer)
    append(UInt16(truncatingIfNeeded: scale), to: &buffer)
  }

  private static func append(_ field: UInt16, to buffer: inout [UInt8]) {
    buffer.append(UInt8(truncatingIfNeeded: field >> 8))
    buffer.append(UInt8(truncatingIfNeeded: field))
  }
}
