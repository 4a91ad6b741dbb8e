internal import ChangeEvents

/// Java's text of Connect values: what StringConverter (`toString()`) and SimpleHeaderConverter (`Values.convertToString`) write.
enum LogicalText {
  /// Whose rules.
  enum Style: Sendable {
    /// `Object.toString()`: `Struct{a=1,b=x}`, `{k=v}`, `[a, b]`.
    case toString
    /// `org.apache.kafka.connect.data.Values`: JSON without spaces, strings bare at the top.
    case values
  }

  static func write(
    _ value: ConnectValue, schema: ConnectSchema?, style: Style, to writer: inout JSONWriter, depth: Int = 0
  ) throws(CaptureError) {
    guard depth <= JSONConverter.maxDepth else {
      throw CaptureError.failed("a value is nested deeper than \(JSONConverter.maxDepth) levels")
    }
    switch value {
    case .null: writer.null()
    case .boolean(let value): writer.bool(value)
    case .integer(let value): writer.integer(value)
    case .float32(let value): value.isFinite ? writer.float(value) : writer.raw(nonFinite(Double(value)))
    case .float64(let value): value.isFinite ? writer.double(value) : writer.raw(nonFinite(value))
    case .string(let text): depth > 0 && style == .values ? writer.string(text) : writer.raw(Array(text.utf8))
    case .bytes(let bytes):
      if let scale = schema?.decimalScale {
        writer.raw(Array(DecimalNumber(unscaled: bytes, scale: scale).description.utf8))
      } else {
        if depth > 0, style == .values { return bytes.withUnsafeBytes { writer.binary($0, as: .base64) } }
        writer.raw(Array(base64(bytes).utf8))
      }
    case .array(let items):
      writer.raw(UInt8(ascii: "["))
      for (i, item) in items.enumerated() {
        if i > 0 { writer.raw(style == .values ? "," : ", ") }
        try write(item, schema: schema?.elements, style: style, to: &writer, depth: depth + 1)
      }
      writer.raw(UInt8(ascii: "]"))
    case .map(let entries):
      writer.raw(UInt8(ascii: "{"))
      for (i, entry) in entries.enumerated() {
        if i > 0 { writer.raw(style == .values ? "," : ", ") }
        try write(entry.key, schema: schema?.keys, style: style, to: &writer, depth: depth + 1)
        writer.raw(UInt8(ascii: style == .values ? ":" : "="))
        try write(entry.value, schema: schema?.elements, style: style, to: &writer, depth: depth + 1)
      }
      writer.raw(UInt8(ascii: "}"))
    case .structure(let values): try write(values, schema: schema, style: style, to: &writer, depth: depth)
    }
  }

  private static func write(
    _ values: [ConnectValue], schema: ConnectSchema?, style: Style, to writer: inout JSONWriter, depth: Int
  ) throws(CaptureError) {
    writer.raw(style == .values ? "{" : "Struct{")
    var isFirst = true
    for (field, value) in zip(schema?.fields ?? [], values) {
      let value = value.isNull ? field.schema.defaultValue ?? .null : value
      // `Struct.toString()` leaves out what is null.
      if value.isNull, style == .toString { continue }
      if !isFirst { writer.raw(UInt8(ascii: ",")) }
      isFirst = false
      if style == .values { writer.string(field.name) } else { writer.raw(Array(field.name.utf8)) }
      writer.raw(UInt8(ascii: style == .values ? ":" : "="))
      try write(value, schema: field.schema, style: style, to: &writer, depth: depth + 1)
    }
    writer.raw(UInt8(ascii: "}"))
  }

  private static func nonFinite(_ value: Double) -> StaticString { value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }

  private static func base64(_ bytes: [UInt8]) -> String {
    var writer = JSONWriter(capacity: bytes.count * 2 + 8)
    bytes.withUnsafeBytes { writer.binary($0, as: .base64) }
    return String(decoding: writer.copyBytes().dropFirst().dropLast(), as: UTF8.self)
  }
}

extension ConnectSchema {
  /// The scale of `org.apache.kafka.connect.data.Decimal`; nil for all else.
  var decimalScale: Int? {
    guard kind == .bytes, name == "org.apache.kafka.connect.data.Decimal" else { return nil }
    return parameters.first { $0.name == "scale" }.flatMap { Int($0.value) }
  }
}
