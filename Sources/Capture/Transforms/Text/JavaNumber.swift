internal import Foundation

/// Numbers from text and from each other as Java makes them.
enum JavaNumber {
  /// `Long.parseLong` and its narrower kin: digits with or without a sign; nil for all else, and for what does not fit the type.
  static func integer(_ text: String, _ kind: ConnectSchema.Kind) -> Int64? {
    guard let value = Int64(text) else { return nil }
    return narrowed(value, to: kind) == value ? value : nil
  }

  /// `new BigDecimal(text).longValue()`: the whole part, its low 64 bits.
  static func truncated(_ text: String) -> Int64? {
    if let value = Int64(text) { return value }
    return DecimalNumber(parsing: text)?.whole
  }

  /// `Double.parseDouble`.
  static func double(_ text: String) -> Double? { number(text) { Double($0) } }

  /// `Float.parseFloat`.
  static func float(_ text: String) -> Float? { number(text) { Float($0) } }

  private static func number<T: BinaryFloatingPoint>(_ text: String, _ parse: (String) -> T?) -> T? {
    var text = text.trimmingSpace()
    let isNegative = text.hasPrefix("-")
    switch text.drop(while: { $0 == "-" || $0 == "+" }) {
    case "NaN": return text.count <= 4 ? .nan : nil
    case "Infinity": return text.count <= 9 ? (isNegative ? -.infinity : .infinity) : nil
    default: break
    }
    if let last = text.last, "fFdD".contains(last), !text.lowercased().contains("0x") { text.removeLast() }
    guard text.allSatisfy({ $0.isASCII && ($0.isHexDigit || "+-.eExXpP".contains($0)) }), text.contains(where: \.isNumber),
      !text.lowercased().contains("x") || text.lowercased().contains("p")
    else {
      return nil
    }
    if text.hasPrefix("+") { text.removeFirst() }
    if text.hasSuffix(".") { text.removeLast() }
    text = text.replacingOccurrences(of: ".e", with: "e").replacingOccurrences(of: ".E", with: "E")
    if text.hasPrefix(".") { text = "0" + text }
    if text.hasPrefix("-.") { text = "-0" + text.dropFirst() }
    return parse(text)
  }

  /// A narrowing cast: the low bits.
  static func narrowed(_ value: Int64, to kind: ConnectSchema.Kind) -> Int64 {
    switch kind {
    case .int8: Int64(Int8(truncatingIfNeeded: value))
    case .int16: Int64(Int16(truncatingIfNeeded: value))
    case .int32: Int64(Int32(truncatingIfNeeded: value))
    default: value
    }
  }

  /// A cast of a floating point number: towards zero, at most what the type holds; by way of `int` for the narrow ones.
  static func narrowed(_ value: Double, to kind: ConnectSchema.Kind) -> Int64 {
    if value.isNaN { return 0 }
    if kind == .int64 { return value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value) }
    return narrowed(value >= 0x1p31 ? Int64(Int32.max) : value <= -0x1p31 ? Int64(Int32.min) : Int64(value), to: kind)
  }
}
