internal import Logging

/// `org.apache.kafka.connect.transforms.HoistField`: the key or value becomes the one field of a struct, or, without a schema, of a map.
struct HoistField: ConfiguredTransform {
  static let options = [TransformOption("field", isRequired: true)]
  let field: String
  let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    field = options.text("field") ?? ""
    guard !field.isEmpty else { throw options.error("field", "expected a field's name") }
    self.part = part
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    let value = part.value(of: record)
    guard let schema = part.schema(of: record) else {
      part.set(nil, .map([.init(key: .string(field), value: value)]), in: &record)
      return true
    }
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      ConnectSchema(.structure, fields: [.init(name: field, schema: schema)])
    }
    part.set(updated, try StructView.make(updated) { (_) throws(CaptureError) in value }, in: &record)
    return true
  }
}
