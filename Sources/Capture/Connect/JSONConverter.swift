internal import ChangeEvents

/// Writes values as `org.apache.kafka.connect.json.JsonConverter` does.
enum JSONConverter {
  /// What the converter's configuration decides.
  struct Options: Hashable, Sendable {
    /// `replace.null.with.default`: a schema's default stands for a null.
    var replacesNulls = true
    /// `decimal.format=NUMERIC`: decimals are numbers, not the Base64 of their unscaled bytes.
    var numericDecimals = false
  }

  /// Deeper values are refused; Jackson refuses them, too, only deeper (1000).
  static let maxDepth = 200

  /// Writes key, value or header.
  ///
  /// - Returns: false for a NULL without a schema, which stays NULL; nothing was written then.
  static func write(
    _ value: ConnectValue, schema: ConnectSchema?, withSchema: Bool, options: Options = Options(), to writer: inout JSONWriter
  ) throws(CaptureError) -> Bool {
    if schema == nil, value.isNull { return false }
    guard withSchema else {
      try write(value, schema: schema, options: options, to: &writer)
      return true
    }
    writer.raw("{\"schema\":")
    if let schema { schema.writeJSON(to: &writer) } else { writer.null() }
    writer.raw(",\"payload\":")
    try write(value, schema: schema, options: options, to: &writer)
    writer.raw(UInt8(ascii: "}"))
    return true
  }

  /// Writes a value without wrapper.
  static func write(
    _ value: ConnectValue, schema: ConnectSchema?, options: Options = Options(), to writer: inout JSONWriter, depth: Int = 0
  ) throws(CaptureError) {
    guard depth <= maxDepth else { throw CaptureError.failed("a value is nested deeper than \(maxDepth) levels") }
    switch value {
    case .null:
      // A null where a schema needs a value is written as one, as it is without transforms: consumers can tell, and capture goes on.
      guard options.replacesNulls, let schema, let initial = schema.defaultValue else { return writer.null() }
      try write(initial, named: schema, options: options, to: &writer, depth: depth)
    default: try write(value, named: schema, options: options, to: &writer, depth: depth)
    }
  }

  private static func write(
    _ value: ConnectValue, named: ConnectSchema?, options: Options, to writer: inout JSONWriter, depth: Int
  ) throws(CaptureError) {
    switch value {
    case .null: writer.null()
    case .boolean(let value): writer.bool(value)
    case .integer(let value): writer.integer(value)
    case .float32(let value): writer.float(value)
    case .float64(let value): writer.double(value)
    case .string(let value): writer.string(value)
    case .bytes(let bytes):
      if options.numericDecimals, let scale = named?.decimalScale {
        writer.raw(Array(DecimalNumber(unscaled: bytes, scale: scale).description.utf8))
      } else {
        bytes.withUnsafeBytes { writer.binary($0, as: .bytes) }
      }
    case .array(let items):
      writer.raw(UInt8(ascii: "["))
      for (i, item) in items.enumerated() {
        if i > 0 { writer.raw(UInt8(ascii: ",")) }
        try write(item, schema: named?.elements, options: options, to: &writer, depth: depth + 1)
      }
      writer.raw(UInt8(ascii: "]"))
    case .map(let entries): try write(entries, schema: named, options: options, to: &writer, depth: depth)
    case .structure(let values):
      guard let fields = named?.fields, fields.count == values.count else {
        throw CaptureError.failed("a struct has \(values.count) values, its schema \(named?.fields.count ?? 0) fields")
      }
      writer.raw(UInt8(ascii: "{"))
      for (i, field) in fields.enumerated() {
        if i > 0 { writer.raw(UInt8(ascii: ",")) }
        writer.string(field.name)
        writer.raw(UInt8(ascii: ":"))
        try write(values[i], schema: field.schema, options: options, to: &writer, depth: depth + 1)
      }
      writer.raw(UInt8(ascii: "}"))
    }
  }

  /// A map is an object where its keys are strings, else an array of pairs.
  private static func write(
    _ entries: [ConnectValue.Entry], schema: ConnectSchema?, options: Options, to writer: inout JSONWriter, depth: Int
  ) throws(CaptureError) {
    let isObject: Bool =
      if let keys = schema?.keys {
        keys.kind == .string && !keys.isOptional || keys.kind == .string && entries.allSatisfy { !$0.key.isNull }
      } else {
        entries.allSatisfy { if case .string = $0.key { true } else { false } }
      }
    writer.raw(UInt8(ascii: isObject ? "{" : "["))
    for (i, entry) in entries.enumerated() {
      if i > 0 { writer.raw(UInt8(ascii: ",")) }
      if !isObject { writer.raw(UInt8(ascii: "[")) }
      try write(entry.key, schema: schema?.keys, options: options, to: &writer, depth: depth + 1)
      writer.raw(UInt8(ascii: isObject ? ":" : ","))
      try write(entry.value, schema: schema?.elements, options: options, to: &writer, depth: depth + 1)
      if !isObject { writer.raw(UInt8(ascii: "]")) }
    }
    writer.raw(UInt8(ascii: isObject ? "}" : "]"))
  }
}
