extension JSONWriter {
  /// Appends a quoted string.
  public mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(UnsafeRawBufferPointer($0)) }
  }

  /// Appends UTF-8 as a quoted string, escaped as Jackson's UTF-8 generator does: `"` and `\`, control characters (the
  /// short form where there is one, else `\u00XX`), and characters beyond the BMP as two surrogates `\uD83D\uDE42`.
  public mutating func string(_ utf8: UnsafeRawBufferPointer) {
    raw(UInt8(ascii: "\""))
    stringContent(utf8)
    raw(UInt8(ascii: "\""))
  }

  /// Appends UTF-8 as a quoted string; `escapingBeyondBMP` false leaves characters beyond the BMP as they are, as Jackson does
  /// where it writes characters rather than bytes.
  mutating func string(_ utf8: [UInt8], escapingBeyondBMP: Bool) {
    raw(UInt8(ascii: "\""))
    utf8.withUnsafeBytes { stringContent($0, escapingBeyondBMP: escapingBeyondBMP) }
    raw(UInt8(ascii: "\""))
  }

  /// Appends UTF-8 escaped, without the quotes.
  private mutating func stringContent(_ utf8: UnsafeRawBufferPointer, escapingBeyondBMP: Bool = true) {
    let n = utf8.count
    var start = 0
    var i = 0
    while i < n {
      // Eight bytes at a time as long as nothing among them needs attention.
      while i + 8 <= n && JSONEscape.plain(utf8.loadUnaligned(fromByteOffset: i, as: UInt64.self)) { i += 8 }
      if i == n { break }
      let byte = utf8[i]
      if JSONEscape.plain(byte) {
        i += 1
        continue
      }
      if byte >= 0xF0 {
        guard i + 3 < n, escapingBeyondBMP else {
          i += 1
          continue
        }
        raw(UnsafeRawBufferPointer(rebasing: utf8[start..<i]))
        let scalar =
          (UInt32(byte & 0x07) << 18) | (UInt32(utf8[i + 1] & 0x3F) << 12) | (UInt32(utf8[i + 2] & 0x3F) << 6)
          | UInt32(utf8[i + 3] & 0x3F)
        let offset = scalar &- 0x10000
        unicodeEscape(UInt16(truncatingIfNeeded: 0xD800 + ((offset >> 10) & 0x3FF)))
        unicodeEscape(UInt16(truncatingIfNeeded: 0xDC00 + (offset & 0x3FF)))
        i += 4
      } else {
        raw(UnsafeRawBufferPointer(rebasing: utf8[start..<i]))
        switch byte {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        case 0x08: raw("\\b")
        case 0x0C: raw("\\f")
        default: unicodeEscape(UInt16(byte))
        }
        i += 1
      }
      start = i
    }
    if start < n { raw(UnsafeRawBufferPointer(rebasing: utf8[start..<n])) }
  }

  private mutating func unicodeEscape(_ unit: UInt16) {
    let p = reserve(6)
    p[0] = UInt8(ascii: "\\")
    p[1] = UInt8(ascii: "u")
    p[2] = Hex.upper(UInt8(unit >> 12))
    p[3] = Hex.upper(UInt8((unit >> 8) & 0xF))
    p[4] = Hex.upper(UInt8((unit >> 4) & 0xF))
    p[5] = Hex.upper(UInt8(unit & 0xF))
    advance(6)
  }
}

/// Which bytes of UTF-8 need attention inside a JSON string.
enum JSONEscape {
  @inline(__always)
  static func plain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0xF0 && byte != 0x22 && byte != 0x5C }

  /// Whether all eight bytes are plain. Byte-parallel: `(v - n) & ~v & 0x80` marks bytes below n; a byte is 0xF0 or more
  /// where its four upper bits are all set. A mark beside a true one may be false, but none is false alone.
  @inline(__always)
  static func plain(_ v: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let control = (v &- 0x20 &* ones) & ~v
    let quote = v ^ (0x22 &* ones)
    let backslash = v ^ (0x5C &* ones)
    let specials = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
    let beyond = v & (v << 1) & (v << 2) & (v << 3)
    return (control | specials | beyond) & high == 0
  }
}
