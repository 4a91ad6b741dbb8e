internal import Logging

/// `org.apache.kafka.connect.transforms.ValueToKey`: fields of the value make the key.
struct ValueToKey: ConfiguredTransform {
  static let options = [TransformOption("fields", .list, isRequired: true), .replaceNullWithDefault]
  static let hasParts = false
  let fields: [String]
  let replacesNull: Bool
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    fields = options.list("fields")
    replacesNull = options.flag("replace.null.with.default")
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard let schema = record.valueSchema else {
      let entries = try RecordPart.value.map(of: record)
      record.keySchema = nil
      record.key = .map(fields.map { .init(key: .string($0), value: entries[$0]) })
      return true
    }
    let value = try RecordPart.value.structure(of: record)
    let keySchema = try cache.made(from: schema) { () throws(CaptureError) in
      var list = FieldList()
      for field in fields { try list.append(field, schema.fields[try value.index(of: field)].schema) }
      return ConnectSchema(.structure, fields: list.fields)
    }
    record.key = try StructView.make(keySchema) { (i) throws(CaptureError) in try value.value(of: fields[i], withDefault: replacesNull) }
    record.keySchema = keySchema
    return true
  }
}
