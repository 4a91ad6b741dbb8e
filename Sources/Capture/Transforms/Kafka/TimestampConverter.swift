internal import Logging

/// `org.apache.kafka.connect.transforms.TimestampConverter`: a moment in another form.
struct TimestampConverter: ConfiguredTransform {
  static let options = [
    TransformOption("field", fallback: ""),
    TransformOption("target.type", .choice(["string", "unix", "Date", "Time", "Timestamp"], ignoringCase: false), isRequired: true),
    TransformOption("format", fallback: ""),
    TransformOption(
      "unix.precision", .choice(["nanoseconds", "microseconds", "milliseconds", "seconds"], ignoringCase: false), fallback: "milliseconds"),
    .replaceNullWithDefault,
  ]

  private enum Form {
    case string, unix
    case logical(LogicalType)

    init?(_ name: String) {
      switch name {
      case "string": self = .string
      case "unix": self = .unix
      case "Date": self = .logical(.date)
      case "Time": self = .logical(.time)
      case "Timestamp": self = .logical(.timestamp)
      default: return nil
      }
    }

    func schema(isOptional: Bool) -> ConnectSchema {
      switch self {
      case .string: ConnectSchema(.string, isOptional: isOptional)
      case .unix: ConnectSchema(.int64, isOptional: isOptional)
      case .logical(let type): type.schema(isOptional: isOptional)
      }
    }
  }

  private let field: String
  private let target: Form
  private let format: SimpleDateFormat?
  private let precision: UnixPrecision
  private let replacesNull: Bool
  private let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    field = options.text("field") ?? ""
    guard let form = Form(options.text("target.type") ?? "") else { throw options.error("target.type", "this type is not known") }
    target = form
    let pattern = options.text("format") ?? ""
    if pattern.trimmingSpace().isEmpty {
      if case .string = form { throw options.error("format", "expected a pattern, such as yyyy-MM-dd, for target.type=string") }
      format = nil
    } else {
      do { format = try SimpleDateFormat(pattern) } catch { throw options.error("format", error.reason) }
    }
    precision = try options.choice("unix.precision", UnixPrecision.self)
    replacesNull = options.flag("replace.null.with.default")
    self.part = part
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    let value = part.value(of: record)
    guard let schema = part.schema(of: record) else {
      if value.isNull { return true }
      guard !field.isEmpty else {
        part.set(nil, try converted(value, schema: nil), in: &record)
        return true
      }
      var entries = try part.map(of: record)
      entries[field] = try converted(entries[field], schema: nil)
      part.set(nil, .map(entries), in: &record)
      return true
    }
    guard !field.isEmpty else {
      part.set(target.schema(isOptional: schema.isOptional), try converted(value, schema: schema), in: &record)
      return true
    }
    let view = value.isNull ? nil : try part.structure(of: record)
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      let fields = schema.fields.map { field in
        field.name == self.field ? .init(name: field.name, schema: target.schema(isOptional: field.schema.isOptional)) : field
      }
      let initial = try schema.defaultValue.flatMap { StructView($0, schema) }.map { (view) throws(CaptureError) in
        try self.updated(view, schema.basics(.structure, fields: fields))
      }
      return schema.basics(.structure, isOptional: schema.isOptional, defaultValue: initial, fields: fields)
    }
    part.set(updated, try view.map { (view) throws(CaptureError) in try self.updated(view, updated) } ?? .null, in: &record)
    return true
  }

  private func updated(_ view: StructView, _ schema: ConnectSchema) throws(CaptureError) -> ConnectValue {
    try StructView.make(schema) { (i) throws(CaptureError) in
      let value = view.value(at: i, withDefault: replacesNull)
      return view.schema.fields[i].name == field ? try converted(value, schema: view.schema.fields[i].schema) : value
    }
  }

  private func converted(_ value: ConnectValue, schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    // The form is looked at even where there is nothing to convert, as Kafka Connect does where a schema stands.
    let moment = try milliseconds(value, schema: schema)
    guard let moment else { return .null }
    switch target {
    case .string: return .string(format?.string(moment) ?? "")
    case .unix: return .integer(precision.value(moment))
    case .logical(let type): return .integer(type.encoded(moment))
    }
  }

  private func milliseconds(_ value: ConnectValue, schema: ConnectSchema?) throws(CaptureError) -> Int64? {
    let subject = field.isEmpty ? "the record's \(part.rawValue.lowercased())" : "the field \"\(field)\""
    if let type = LogicalType(schema) {
      guard case .integer(let encoded) = value else { return nil }
      return type.milliseconds(encoded)
    }
    let kind = schema?.kind
    switch value {
    case .null where kind == nil || kind == .int64 || kind == .string: return nil
    case .integer(let number) where kind == nil || kind == .int64: return precision.milliseconds(number)
    case .string(let text) where kind == nil || kind == .string:
      guard let format else {
        throw .configuration("\(subject) is a text; expected \"format\", the pattern by which it is read")
      }
      guard let moment = format.milliseconds(text) else {
        throw .failed("\(subject) holds a text that is not of the pattern \(JSONDocument.quoted(format.pattern))")
      }
      return moment
    default:
      throw .configuration(
        "\(subject) is of type \(kind?.rawValue ?? value.kindName); expected a string, an int64, or Kafka Connect's Date, Time or Timestamp "
          + "(time.precision.mode=connect)")
    }
  }
}
