extension JSONWriter {
  /// Appends bytes as a quoted string in the form that `binary.handling.mode` asks for.
  public mutating func binary(_ bytes: UnsafeRawBufferPointer, as mode: EncodingOptions.BinaryHandling) {
    raw(UInt8(ascii: "\""))
    switch mode {
    case .bytes, .base64: base64(bytes, alphabet: Base64.standard)
    case .base64URLSafe: base64(bytes, alphabet: Base64.urlSafe)
    case .hex: hex(bytes)
    }
    raw(UInt8(ascii: "\""))
  }

  /// Appends Base64 with padding, without quotes.
  mutating func base64(_ bytes: UnsafeRawBufferPointer, alphabet: StaticString) {
    let digits = alphabet.utf8Start
    let n = bytes.count
    let length = (n + 2) / 3 * 4
    let out = reserve(length)
    var i = 0
    var o = 0
    while i + 2 < n {
      let v = UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2])
      out[o] = digits[Int(v >> 18)]
      out[o + 1] = digits[Int((v >> 12) & 63)]
      out[o + 2] = digits[Int((v >> 6) & 63)]
      out[o + 3] = digits[Int(v & 63)]
      i += 3
      o += 4
    }
    if n - i == 1 {
      let v = UInt32(bytes[i]) << 16
      out[o] = digits[Int(v >> 18)]
      out[o + 1] = digits[Int((v >> 12) & 63)]
      out[o + 2] = UInt8(ascii: "=")
      out[o + 3] = UInt8(ascii: "=")
    } else if n - i == 2 {
      let v = UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8
      out[o] = digits[Int(v >> 18)]
      out[o + 1] = digits[Int((v >> 12) & 63)]
      out[o + 2] = digits[Int((v >> 6) & 63)]
      out[o + 3] = UInt8(ascii: "=")
    }
    advance(length)
  }

  /// Appends lower case hexadecimal digits, without quotes.
  mutating func hex(_ bytes: UnsafeRawBufferPointer) {
    let out = reserve(bytes.count * 2)
    for (i, byte) in bytes.enumerated() {
      out[2 * i] = Hex.lower(byte >> 4)
      out[2 * i + 1] = Hex.lower(byte & 0xF)
    }
    advance(bytes.count * 2)
  }
}
