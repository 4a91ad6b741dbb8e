/// The hex text of a `bytea`: `\x0102`.
enum ByteaText {
  static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return nil }
    var isHex = true
    let result = [UInt8](unsafeUninitializedCapacity: text.count / 2 - 1) { buffer, count in
      var index = 2
      while index < text.count {
        let high = digit(text[index])
        let low = digit(text[index + 1])
        if high > 15 || low > 15 { isHex = false }
        buffer.initializeElement(at: count, to: high << 4 | low & 15)
        count += 1
        index += 2
      }
    }
    return isHex ? result : nil
  }

  private static func digit(_ character: UInt8) -> UInt8 {
    switch character {
    case 48...57: character - 48
    case 97...102: character - 87
    case 65...70: character - 55
    default: 255
    }
  }
}
