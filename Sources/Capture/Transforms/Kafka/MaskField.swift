internal import Logging

/// `org.apache.kafka.connect.transforms.MaskField`: fields get their type's empty value, or a replacement.
///
/// A decimal's empty value is zero in the field's scale; Kafka Connect puts a zero of scale 0, which its own converters then refuse.
struct MaskField: ConfiguredTransform {
  static let options = [TransformOption("fields", .list, isRequired: true), TransformOption("replacement"), .replaceNullWithDefault]
  let fields: Set<String>
  let replacement: String?
  let replacesNull: Bool
  let part: RecordPart

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    fields = Set(options.list("fields"))
    replacement = options.text("replacement")
    guard replacement != "" else { throw options.error("replacement", "expected a number or a text that is not empty") }
    replacesNull = options.flag("replace.null.with.default")
    self.part = part
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard let schema = part.schema(of: record) else {
      var entries = try part.map(of: record)
      for field in fields.sorted() { entries[field] = try masked(entries[field], schema: nil, field: field) }
      part.set(nil, .map(entries), in: &record)
      return true
    }
    let view = try part.structure(of: record)
    let made = try StructView.make(schema) { (i) throws(CaptureError) in
      let value = view.value(at: i, withDefault: replacesNull)
      let field = schema.fields[i]
      return fields.contains(field.name) ? try masked(value, schema: field.schema, field: field.name) : value
    }
    part.set(schema, made, in: &record)
    return true
  }

  private func masked(_ value: ConnectValue, schema: ConnectSchema?, field: String) throws(CaptureError) -> ConnectValue {
    if value.isNull { return .null }
    if let replacement { return try replaced(value, schema: schema, field: field, by: replacement) }
    switch value {
    case .boolean: return .boolean(false)
    case .integer: return .integer(0)
    case .float32: return .float32(0)
    case .float64: return .float64(0)
    case .string: return .string("")
    case .array: return .array([])
    case .map: return .map([])
    case .bytes where schema?.decimalScale != nil: return .bytes([0])
    case .null, .bytes, .structure: throw .configuration("the field \"\(field)\" is \(value.kindName), which cannot be masked")
    }
  }

  private func replaced(
    _ value: ConnectValue, schema: ConnectSchema?, field: String, by text: String
  ) throws(CaptureError) -> ConnectValue {
    let unfit = CaptureError.configuration(
      "the replacement of the field \"\(field)\" is not of its type, \(schema?.kind.rawValue ?? value.kindName)")
    switch value {
    case .string: return .string(text)
    case .integer where LogicalType(schema) == nil:
      guard let number = JavaNumber.truncated(text) else { throw unfit }
      return .integer(JavaNumber.narrowed(number, to: schema?.kind ?? .int64))
    case .float32:
      guard let number = JavaNumber.float(text) else { throw unfit }
      return .float32(number)
    case .float64:
      guard let number = JavaNumber.double(text) else { throw unfit }
      return .float64(number)
    case .bytes:
      guard let scale = schema?.decimalScale, let decimal = DecimalNumber(parsing: text)?.rescaled(to: scale) else { throw unfit }
      return .bytes(decimal.unscaled)
    case .null, .boolean, .integer, .array, .map, .structure:
      throw .configuration("the field \"\(field)\" is \(value.kindName), which a replacement cannot mask")
    }
  }
}
