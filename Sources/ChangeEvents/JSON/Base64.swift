/// Base64 (RFC 4648), both alphabets.
public enum Base64 {
  static let standard: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  static let urlSafe: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

  /// Digit values by ASCII code; 255 is no digit. Reads both alphabets: their differing digits do not collide.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for alphabet in [standard, urlSafe] {
      for i in 0..<64 { values[Int(alphabet.utf8Start[i])] = UInt8(i) }
    }
    return values
  }()

  /// Appends the bytes that `text` stands for, with or without padding.
  /// - Returns: false if it is not Base64; then `bytes` is as it was.
  public static func decode(_ text: UnsafeRawBufferPointer, into bytes: inout [UInt8]) -> Bool {
    let start = bytes.count
    bytes.reserveCapacity(start + text.count * 3 / 4)
    guard forEachByte(text, { bytes.append($0) }) != nil else {
      bytes.removeSubrange(start...)
      return false
    }
    return true
  }

  /// Calls with the bytes that `text` stands for, in order, and returns their number; nil if it is not Base64, which may turn out late.
  @inline(__always)
  static func forEachByte(_ text: UnsafeRawBufferPointer, _ body: (UInt8) -> Void) -> Int? {
    var end = text.count
    if end % 4 == 0 {
      if end > 0 && text[end - 1] == UInt8(ascii: "=") { end -= 1 }
      if end > 0 && end % 4 == 3 && text[end - 1] == UInt8(ascii: "=") { end -= 1 }
    }
    if end % 4 == 1 { return nil }
    return values.withUnsafeBufferPointer { values in
      var bits: UInt32 = 0
      var have = 0
      var count = 0
      for i in 0..<end {
        let value = values[Int(text[i])]
        if value == 255 { return nil }
        bits = (bits << 6) | UInt32(value)
        have += 6
        if have >= 8 {
          have -= 8
          body(UInt8(truncatingIfNeeded: bits >> UInt32(have)))
          count += 1
        }
      }
      return count
    }
  }
}
