/// What Java's `ObjectOutputStream` writes for a string (Java Object Serialization Specification, 6.4.2).
enum JavaSerialization {
  static func string(_ text: [UInt16]) -> [UInt8] {
    var content: [UInt8] = []
    content.reserveCapacity(text.count)
    // Modified UTF-8: each half of a surrogate pair by itself, NUL in two bytes.
    for unit in text {
      switch unit {
      case 1..<0x80: content.append(UInt8(unit))
      case 0, 0x80..<0x800: content += [0xC0 | UInt8(unit >> 6), 0x80 | UInt8(unit & 0x3F)]
      default: content += [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F)]
      }
    }
    // The stream's magic and version, then TC_STRING with a length of two bytes, or TC_LONGSTRING with one of eight.
    let isLong = content.count > 0xFFFF
    let length = stride(from: isLong ? 56 : 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: content.count >> $0) }
    return [0xAC, 0xED, 0x00, 0x05, isLong ? 0x7C : 0x74] + length + content
  }
}
