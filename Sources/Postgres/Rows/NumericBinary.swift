/// The binary form of `numeric`: groups of four decimal digits. Source: `numeric_send` in PostgreSQL's `numeric.c`.
enum NumericBinary {
  static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count >= 8 else { return nil }
    let groupCount = Int(BigEndian.read(bytes, at: 0, as: UInt16.self))
    let weight = Int(Int16(bitPattern: BigEndian.read(bytes, at: 2, as: UInt16.self)))
    let sign = BigEndian.read(bytes, at: 4, as: UInt16.self)
    let scale = Int(BigEndian.read(bytes, at: 6, as: UInt16.self))
    switch sign {
    case 0xC000: return "NaN"
    case 0xD000: return "Infinity"
    case 0xF000: return "-Infinity"
    case 0, 0x4000: break
    default: return nil
    }
    guard bytes.count == 8 + groupCount * 2 else { return nil }
    func group(_ index: Int) -> String {
      let value = index >= 0 && index < groupCount ? BigEndian.read(bytes, at: 8 + index * 2, as: UInt16.self) : 0
      let digits = String(value)
      return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    var text = ""
    if weight >= 0 {
      for index in 0...weight { text += group(index) }
      text = String(text.drop { $0 == "0" })
    }
    if text.isEmpty { text = "0" }
    if scale > 0 {
      var fraction = ""
      var index = weight + 1
      while fraction.count < scale {
        fraction += group(index)
        index += 1
      }
      text += "." + fraction.prefix(scale)
    }
    return sign == 0x4000 ? "-" + text : text
  }
}
