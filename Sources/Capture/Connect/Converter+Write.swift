internal import ChangeEvents

extension ConnectorConfiguration.Converter {
  /// Writes a key, value or header as this converter does.
  ///
  /// - Parameter options: of JsonConverter.
  /// - Returns: false for NULL; nothing was written then.
  /// - Throws: `CaptureError` for a value that the converter cannot write.
  func write(_ value: ConnectValue, schema: ConnectSchema?, options: JSONConverter.Options = .init(), to writer: inout JSONWriter)
    throws(CaptureError)
    -> Bool
  {
    switch self {
    case .json: return try JSONConverter.write(value, schema: schema, withSchema: false, options: options, to: &writer)
    case .jsonWithSchemas:
      return try JSONConverter.write(value, schema: schema, withSchema: true, options: options, to: &writer)
    case .string, .simple:
      guard !value.isNull else { return false }
      try LogicalText.write(value, schema: schema, style: self == .string ? .toString : .values, to: &writer)
      return true
    case .bytes:
      switch value {
      case .null: return false
      case .bytes(let bytes): writer.raw(bytes)
      default:
        throw CaptureError.failed(
          "ByteArrayConverter writes bytes only, and this is of type \(schema?.kind.rawValue ?? "unknown"); expected a transform that "
            + "makes it bytes, or another converter")
      }
      return true
    }
  }

  /// The bytes of a value by itself; nil for NULL.
  func bytes(_ value: ConnectValue, schema: ConnectSchema?) throws(CaptureError) -> [UInt8]? {
    var writer = JSONWriter(capacity: 256)
    return try write(value, schema: schema, to: &writer) ? writer.copyBytes() : nil
  }

  /// Whether bytes of this converter are JSON.
  var isJSON: Bool { self == .json || self == .jsonWithSchemas }
}
