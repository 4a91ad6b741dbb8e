/// The cursor of a list: the last key of a page, in hexadecimal, so that it is opaque and safe in URLs.
enum DocumentCursor {
  static func encode(_ key: String) -> String {
    var text = ""
    for byte in key.utf8 {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }

  /// The key; nil if the text is no cursor.
  static func decode(_ cursor: String) -> String? {
    let digits = Array(cursor.utf8)
    guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
