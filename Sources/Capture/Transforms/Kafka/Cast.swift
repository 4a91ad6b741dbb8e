internal import ChangeEvents
internal import Logging

/// `org.apache.kafka.connect.transforms.Cast`: fields, or the whole key or value, become of another type.
struct Cast: ConfiguredTransform {
  static let options = [TransformOption("spec", .list, isRequired: true), .replaceNullWithDefault]
  private static let targets: [String: ConnectSchema.Kind] = [
    "int8": .int8, "int16": .int16, "int32": .int32, "int64": .int64, "float32": .float32, "float64": .float64, "boolean": .boolean,
    "string": .string,
  ]
  private let fields: [String: ConnectSchema.Kind]
  private let whole: ConnectSchema.Kind?
  private let replacesNull: Bool
  private let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    var fields: [String: ConnectSchema.Kind] = [:]
    var whole: ConnectSchema.Kind?
    let specs = options.list("spec")
    for spec in specs {
      let parts = spec.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard parts.count <= 2, let target = Self.targets[(parts.last ?? "").lowercased()] else {
        throw options.error("spec", "expected a type, or field:type,…, of \(Self.targets.keys.sorted().joined(separator: ", "))")
      }
      if parts.count == 1 { whole = target } else { fields[parts[0]] = target }
    }
    guard whole == nil || specs.count == 1 else { throw options.error("spec", "expected one type for the whole, or fields, not both") }
    self.fields = fields
    self.whole = whole
    self.part = part
    replacesNull = options.flag("replace.null.with.default")
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    let value = part.value(of: record)
    guard !value.isNull else { return true }
    guard let schema = part.schema(of: record) else {
      if let whole {
        part.set(nil, try Self.cast(value, schema: nil, to: whole, field: nil), in: &record)
        return true
      }
      var entries = try part.map(of: record)
      for (field, target) in fields { entries[field] = try Self.cast(entries[field], schema: nil, to: target, field: field) }
      part.set(nil, .map(entries), in: &record)
      return true
    }
    let updated = try cache.made(from: schema) { () throws(CaptureError) in try castSchema(schema) }
    if let whole {
      part.set(updated, try Self.cast(value, schema: schema, to: whole, field: nil), in: &record)
      return true
    }
    let view = try part.structure(of: record)
    let made = try StructView.make(updated) { (i) throws(CaptureError) in
      let value = view.value(at: i, withDefault: replacesNull)
      let field = schema.fields[i]
      guard let target = fields[field.name] else { return value }
      return try Self.cast(value, schema: field.schema, to: target, field: field.name)
    }
    part.set(updated, made, in: &record)
    return true
  }

  private func castSchema(_ schema: ConnectSchema) throws(CaptureError) -> ConnectSchema {
    guard whole == nil else {
      let target = whole ?? schema.kind
      let initial = try schema.defaultValue.map { (value) throws(CaptureError) in
        try Self.cast(value, schema: schema, to: target, field: nil)
      }
      return schema.basics(target, isOptional: schema.isOptional, defaultValue: initial)
    }
    var list = FieldList()
    for field in schema.fields {
      guard let target = fields[field.name] else {
        try list.append(field.name, field.schema)
        continue
      }
      let initial = try field.schema.defaultValue.map { (value) throws(CaptureError) in
        try Self.cast(value, schema: field.schema, to: target, field: field.name)
      }
      // What the field meant before is not what it means now: its name goes.
      try list.append(field.name, ConnectSchema(target, isOptional: field.schema.isOptional, defaultValue: initial))
    }
    return schema.basics(.structure, isOptional: schema.isOptional, defaultValue: schema.defaultValue, fields: list.fields)
  }

  private static func cast(
    _ value: ConnectValue, schema: ConnectSchema?, to target: ConnectSchema.Kind, field: String?
  ) throws(CaptureError) -> ConnectValue {
    let place = field.map { "the field \"\($0)\"" } ?? "the record's value"
    switch value {
    case .null: return .null
    case .array, .map, .structure: throw .configuration("\(place) is \(value.kindName), which cannot be cast")
    default: break
    }
    switch target {
    case .string: return .string(try text(value, schema: schema))
    case .boolean:
      switch value {
      case .boolean: return value
      case .integer(let number): return .boolean(number != 0)
      case .float32(let number): return .boolean(JavaNumber.narrowed(Double(number), to: .int64) != 0)
      case .float64(let number): return .boolean(JavaNumber.narrowed(number, to: .int64) != 0)
      case .string(let text): return .boolean(text.lowercased() == "true")
      default: if let decimal = decimal(value, schema) { return .boolean(decimal.whole != 0) }
      }
    case .float32, .float64:
      let isFloat = target == .float32
      switch value {
      case .boolean(let flag): return isFloat ? .float32(flag ? 1 : 0) : .float64(flag ? 1 : 0)
      case .integer(let number): return isFloat ? .float32(Float(number)) : .float64(Double(number))
      case .float32(let number): return isFloat ? value : .float64(Double(number))
      case .float64(let number): return isFloat ? .float32(Float(number)) : value
      case .string, .bytes:
        let text: String? = if case .string(let text) = value { text } else { decimal(value, schema)?.description }
        guard let text else { break }
        if isFloat, let number = JavaNumber.float(text) { return .float32(number) }
        if !isFloat, let number = JavaNumber.double(text) { return .float64(number) }
        throw .failed("\(place) holds a text that is not a number of type \(target.rawValue)")
      default: break
      }
    default:
      switch value {
      case .boolean(let flag): return .integer(flag ? 1 : 0)
      case .integer(let number): return .integer(JavaNumber.narrowed(number, to: target))
      case .float32(let number): return .integer(JavaNumber.narrowed(Double(number), to: target))
      case .float64(let number): return .integer(JavaNumber.narrowed(number, to: target))
      case .string(let text):
        guard let number = JavaNumber.integer(text, target) else {
          throw .failed("\(place) holds a text that is not a number of type \(target.rawValue)")
        }
        return .integer(number)
      default: if let decimal = decimal(value, schema) { return .integer(JavaNumber.narrowed(decimal.whole, to: target)) }
      }
    }
    throw .configuration("\(place) is \(value.kindName), which cannot be cast to \(target.rawValue)")
  }

  private static func decimal(_ value: ConnectValue, _ schema: ConnectSchema?) -> DecimalNumber? {
    guard case .bytes(let bytes) = value, let scale = schema?.decimalScale else { return nil }
    return DecimalNumber(unscaled: bytes, scale: scale)
  }

  private static let time = try? SimpleDateFormat("HH:mm:ss.SSS'Z'")
  private static let date = try? SimpleDateFormat("yyyy-MM-dd")
  private static let timestamp = try? SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")

  private static func text(_ value: ConnectValue, schema: ConnectSchema?) throws(CaptureError) -> String {
    if case .integer(let encoded) = value, let logical = LogicalType(schema) {
      // The format goes by the moment, not by the type: a date of 1970-01-01 or before is written as a time.
      let moment = logical.milliseconds(encoded)
      let format = moment < LogicalType.millisecondsPerDay ? time : moment % LogicalType.millisecondsPerDay == 0 ? date : timestamp
      return format?.string(moment) ?? String(encoded)
    }
    var writer = JSONWriter(capacity: 64)
    try LogicalText.write(value, schema: schema, style: .toString, to: &writer)
    return String(decoding: writer.copyBytes(), as: UTF8.self)
  }
}
