internal import Logging

/// `org.apache.kafka.connect.transforms.ReplaceField`: which fields stay, and under which names.
struct ReplaceField: ConfiguredTransform {
  static let options = [
    TransformOption("exclude", .list), TransformOption("include", .list), TransformOption("renames", .list), .replaceNullWithDefault,
    // Their names before Kafka 2.6.
    TransformOption("blacklist", .list), TransformOption("whitelist", .list),
  ]
  let settings: ReplaceFieldSettings
  let part: RecordPart
  let replacesNull: Bool
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    var renames: [String: String] = [:]
    for rename in options.list("renames") {
      let parts = rename.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw options.error("renames", "expected old:new,…") }
      renames[parts[0]] = parts[1]
    }
    settings = ReplaceFieldSettings(
      exclude: Set(options.list(options.has("exclude") ? "exclude" : "blacklist")),
      include: Set(options.list(options.has("include") ? "include" : "whitelist")), renames: renames)
    self.part = part
    replacesNull = options.flag("replace.null.with.default")
  }

  init(excluding names: [String], part: RecordPart) {
    settings = ReplaceFieldSettings(exclude: Set(names), include: [], renames: [:])
    self.part = part
    replacesNull = true
  }

  /// Nulls are replaced by defaults as rows are written, before a transform on tables could keep them.
  var compiled: Transform.Kind? {
    guard replacesNull else { return nil }
    return part == .key ? .replaceKey(settings) : .replaceValue(settings)
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard !part.value(of: record).isNull else { return true }
    guard let schema = part.schema(of: record) else {
      let entries = try part.map(of: record)
      var kept: [ConnectValue.Entry] = []
      for entry in entries {
        guard case .string(let name) = entry.key, let new = settings.name(for: name) else { continue }
        kept[new] = entry.value
      }
      part.set(nil, .map(kept), in: &record)
      return true
    }
    let value = try part.structure(of: record)
    let updated = try cache.made(from: schema) { () throws(CaptureError) in
      var list = FieldList()
      for field in schema.fields {
        guard let name = settings.name(for: field.name) else { continue }
        try list.append(name, field.schema)
        // What another field was renamed to takes that one's value.
        let former = try value.index(of: settings.formerName(of: name))
        guard schema.fields[former].schema.kind == field.schema.kind else {
          throw .configuration(
            "the field \"\(schema.fields[former].name)\" is renamed to one that exists and is of another type: \"\(name)\"")
        }
      }
      return schema.basics(.structure, fields: list.fields)
    }
    let made = try StructView.make(updated) { (i) throws(CaptureError) in
      try value.value(of: settings.formerName(of: updated.fields[i].name), withDefault: replacesNull)
    }
    part.set(updated, made, in: &record)
    return true
  }
}
