internal import Logging

/// `org.apache.kafka.connect.transforms.HeaderFrom`: fields are copied or moved to headers.
struct HeaderFrom: ConfiguredTransform {
  static let options = [
    TransformOption("fields", .list, isRequired: true), TransformOption("headers", .list, isRequired: true),
    TransformOption("operation", .choice(["move", "copy"], ignoringCase: false), isRequired: true), .replaceNullWithDefault,
  ]
  let fields: [String]
  let headers: [String]
  let isMove: Bool
  let replacesNull: Bool
  let part: RecordPart
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    fields = options.list("fields")
    headers = options.list("headers")
    guard fields.count == headers.count else {
      throw options.error("\(fields.count) fields and \(headers.count) headers are named; expected as many of one as of the other")
    }
    isMove = options.text("operation") == "move"
    replacesNull = options.flag("replace.null.with.default")
    self.part = part
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard let schema = part.schema(of: record) else {
      var entries = try part.map(of: record)
      let all = entries
      for (field, header) in zip(fields, headers) {
        record.headers.append(.init(name: header, schema: nil, value: all[field]))
        if isMove { entries.removeAll { $0.key == .string(field) } }
      }
      part.set(nil, .map(entries), in: &record)
      return true
    }
    let view = try part.structure(of: record)
    var added: [ConnectRecord.Header] = []
    for (field, header) in zip(fields, headers) {
      let index = try view.index(of: field)
      added.append(.init(name: header, schema: schema.fields[index].schema, value: view.value(at: index, withDefault: replacesNull)))
    }
    if isMove {
      let updated = try cache.made(from: schema) { () throws(CaptureError) in
        schema.basics(.structure, fields: schema.fields.filter { !fields.contains($0.name) })
      }
      let made = try StructView.make(updated) { (i) throws(CaptureError) in
        try view.value(of: updated.fields[i].name, withDefault: replacesNull)
      }
      part.set(updated, made, in: &record)
    }
    record.headers += added
    return true
  }
}
