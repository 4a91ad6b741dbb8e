/// The text of a JSON string that `JSONWriter` wrote, as Java counts it: in UTF-16 units.
enum JSONText {
  /// - Parameter json: the string with its quotes, well-formed.
  static func units(of json: [UInt8]) -> [UInt16] {
    var units: [UInt16] = []
    units.reserveCapacity(json.count)
    var plain: [UInt8] = []
    var i = 1
    while i < json.count - 1 {
      guard json[i] == UInt8(ascii: "\\"), i + 1 < json.count else {
        plain.append(json[i])
        i += 1
        continue
      }
      units += String(decoding: plain, as: UTF8.self).utf16
      plain.removeAll(keepingCapacity: true)
      let escape = json[i + 1]
      i += 2
      switch escape {
      case UInt8(ascii: "u") where i + 4 <= json.count:
        units.append(UInt16(String(decoding: json[i..<i + 4], as: UTF8.self), radix: 16) ?? 0xFFFD)
        i += 4
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      default: units.append(UInt16(escape))
      }
    }
    units += String(decoding: plain, as: UTF8.self).utf16
    return units
  }

  /// The UTF-8 of units; what is no character becomes U+FFFD.
  static func utf8(_ units: [UInt16]) -> [UInt8] { Array(String(decoding: units, as: UTF16.self).utf8) }

  /// Writes units as a string; half of a surrogate pair at the end stays an escape, as Jackson writes it.
  static func write(_ units: ArraySlice<UInt16>, to writer: inout JSONWriter) {
    guard let last = units.last, last & 0xFC00 == 0xD800 else { return writer.string(String(decoding: units, as: UTF16.self)) }
    writer.string(String(decoding: units.dropLast(), as: UTF16.self))
    writer.truncate(to: writer.count - 1)
    writer.raw(Array("\\u\(String(last, radix: 16, uppercase: true))\"".utf8))
  }
}

extension JSONWriter {
  /// The text of the one string that was written; nil if it is none.
  public func stringContent() -> [UInt8]? {
    let json = copyBytes()
    return json.first == UInt8(ascii: "\"") && json.count > 1 ? JSONText.utf8(JSONText.units(of: json)) : nil
  }
}
