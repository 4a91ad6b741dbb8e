internal import ChangeEvents

/// Renders records as JSON lines.
enum RecordLines {
  /// One line a record; keys and values of a string converter become JSON strings.
  static func render(_ batch: CapturedBatch) -> [UInt8] {
    var out = JSONWriter(capacity: batch.byteCount + batch.count * 512)
    batch.forEach { topic, _, _, key, value, headers in
      out.raw("{\"topic\":")
      out.string(topic)
      out.raw(",\"key\":")
      write(key, batch.keyConverter, to: &out)
      out.raw(",\"headers\":{")
      for (i, header) in headers.enumerated() {
        if i > 0 { out.raw(UInt8(ascii: ",")) }
        out.string(header.name)
        out.raw(UInt8(ascii: ":"))
        if let bytes = header.value { bytes.withUnsafeBytes { write($0, batch.headerConverter, to: &out) } } else { out.null() }
      }
      out.raw("},\"value\":")
      write(value, batch.valueConverter, to: &out)
      out.raw("}\n")
    }
    return out.copyBytes()
  }

  private static func write(_ bytes: UnsafeRawBufferPointer?, _ converter: ConnectorConfiguration.Converter, to out: inout JSONWriter) {
    guard let bytes else { return out.null() }
    switch converter {
    case .json, .jsonWithSchemas: out.raw(bytes)
    case .string, .simple: out.string(bytes)
    // What need not be UTF-8 cannot stand in a JSON string.
    case .bytes: out.binary(bytes, as: .base64)
    }
  }
}
