internal import Logging

/// `org.apache.kafka.connect.transforms.SetSchemaMetadata`: another name, another version, or both.
struct SetSchemaMetadata: ConfiguredTransform {
  static let options = [TransformOption("schema.name"), TransformOption("schema.version", .integer), .replaceNullWithDefault]
  let name: String?
  let version: Int32?
  let replacesNull: Bool
  let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    name = options.text("schema.name")
    version = options.integer("schema.version")
    replacesNull = options.flag("replace.null.with.default")
    self.part = part
    guard name != nil || version != nil else { throw options.error("expected schema.name, schema.version or both") }
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    let value = part.value(of: record)
    guard let schema = part.schema(of: record) else {
      if value.isNull { return true }
      throw .configuration("expected a record with a schema; the \(part.rawValue.lowercased()) has none")
    }
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      schema.renamed(name ?? schema.name, version: version ?? schema.version)
    }
    if let view = StructView(value, schema) {
      part.set(
        updated, try StructView.make(updated) { (i) throws(CaptureError) in view.value(at: i, withDefault: replacesNull) }, in: &record)
    } else {
      part.set(updated, value, in: &record)
    }
    return true
  }
}
