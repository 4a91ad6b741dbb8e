extension ValueCodec {
  /// The JSON of the type's zero: what Debezium writes for a NOT NULL column without a value.
  var zero: [UInt8] {
    let text =
      switch self {
      case .bool, .bit: "false"
      case .integer: "0"
      case .float4, .float8, .decimalDouble, .money(_, .double): "0.0"
      case .text, .uuid, .bits, .bytes, .opaque: "\"\""
      case .decimal, .money(_, .precise): "\"AA==\""
      case .variableDecimal: "{\"scale\":0,\"value\":\"AA==\"}"
      case .decimalText(let digits), .money(let digits, .string):
        digits > 0 ? "\"0.\(String(repeating: "0", count: digits))\"" : "\"0\""
      case .date(let iso): iso ? "\"1970-01-01Z\"" : "0"
      case .time(.iso), .timetz: "\"00:00:00Z\""
      case .timestamp(.iso), .timestamptz: "\"1970-01-01T00:00:00Z\""
      case .time, .timestamp: "0"
      case .interval(let iso): iso ? "\"P0Y0M0DT0H0M0S\"" : "0"
      case .structured(let kind): kind.zero
      case .hstore(let map): map ? "{}" : "\"{}\""
      case .point: "{\"x\":0.0,\"y\":0.0,\"wkb\":\"AQEAAAAAAAAAAAAAAAAAAAAAAAAA\",\"srid\":null}"
      case .geometry: "{\"wkb\":\"AQcAAAAAAAAA\",\"srid\":null}"
      case .vector, .array: "[]"
      case .sparseVector: "{\"dimensions\":0,\"vector\":[]}"
      }
    return Array(text.utf8)
  }

  /// The JSON of the placeholder for an unchanged TOASTed value.
  ///
  /// Strings, bytes and the arrays that Debezium knows have its shapes. For the others (`numeric`, arrays of it, ...)
  /// Debezium fails to convert its placeholder and sends null, which a consumer cannot tell from a NULL; here the
  /// placeholder goes out in the nearest shape, so that nothing is overwritten unnoticed.
  func unavailable(_ placeholder: [UInt8]) -> [UInt8] {
    var writer = JSONWriter(capacity: 64)
    writeUnavailable(placeholder, to: &writer)
    return writer.copyBytes()
  }

  private func writeUnavailable(_ placeholder: [UInt8], to writer: inout JSONWriter) {
    switch self {
    case .bytes(.bytes), .opaque(.bytes), .bits, .decimal, .money(_, .precise):
      placeholder.withUnsafeBytes { writer.binary($0, as: .bytes) }
    case .variableDecimal:
      writer.raw("{\"scale\":0,\"value\":")
      placeholder.withUnsafeBytes { writer.binary($0, as: .bytes) }
      writer.raw(UInt8(ascii: "}"))
    case .hstore(let map):
      var inner = JSONWriter(capacity: 128)
      inner.raw(UInt8(ascii: "{"))
      inner.string(placeholder, escapingBeyondBMP: map)
      inner.raw(UInt8(ascii: ":"))
      inner.string(placeholder, escapingBeyondBMP: map)
      inner.raw(UInt8(ascii: "}"))
      inner.withUnsafeBytes { if map { writer.raw($0) } else { writer.string($0) } }
    case .array(let element, _):
      writer.raw(UInt8(ascii: "["))
      switch element {
      case .integer, .date(iso: false):
        // The placeholder's bytes, each as a Java byte: with a sign.
        for (index, byte) in placeholder.enumerated() {
          if index > 0 { writer.raw(UInt8(ascii: ",")) }
          writer.integer(Int64(Int8(bitPattern: byte)))
        }
      case .uuid: writer.string(MD5.nameUUID(placeholder))
      default: element.writeUnavailable(placeholder, to: &writer)
      }
      writer.raw(UInt8(ascii: "]"))
    default: placeholder.withUnsafeBytes { writer.string($0) }
    }
  }

  /// The placeholder's bytes: the option's text, or the bytes that it names as `hex:...`.
  static func placeholder(_ options: EncodingOptions) -> [UInt8] {
    let text = Array(options.unavailableValuePlaceholder.utf8)
    let prefix = Array("hex:".utf8)
    guard text.starts(with: prefix) else { return text }
    var bytes: [UInt8] = []
    var i = prefix.count
    while i + 1 < text.count {
      guard let high = Hex.value(text[i]), let low = Hex.value(text[i + 1]) else { return text }
      bytes.append(high << 4 | low)
      i += 2
    }
    return bytes
  }
}
