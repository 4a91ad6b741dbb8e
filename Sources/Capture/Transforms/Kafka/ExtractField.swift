internal import Logging

/// `org.apache.kafka.connect.transforms.ExtractField`: the key or value becomes one of its fields.
struct ExtractField: ConfiguredTransform {
  static let options = [
    TransformOption("field", isRequired: true), .replaceNullWithDefault,
    TransformOption("field.syntax.version", .choice(["V1", "V2"], ignoringCase: true), fallback: "V1"),
  ]
  let path: FieldPath
  let part: RecordPart
  let replacesNull: Bool

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    let text = options.text("field") ?? ""
    let isNested = options.filled("field.syntax.version")?.uppercased() == "V2"
    do { path = try FieldPath(text, isNested: isNested) } catch { throw options.error("field", error.reason) }
    self.part = part
    replacesNull = options.flag("replace.null.with.default")
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    let value = part.value(of: record)
    guard let schema = part.schema(of: record) else {
      part.set(nil, value.isNull ? .null : path.value(in: try part.map(of: record)), in: &record)
      return true
    }
    let view = value.isNull ? nil : try part.structure(of: record)
    let field = try path.schema(in: schema)
    part.set(
      field, try view.map { (view) throws(CaptureError) in try path.value(in: view, withDefault: replacesNull) } ?? .null, in: &record)
    return true
  }
}
