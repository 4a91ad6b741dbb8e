internal import Logging

/// `io.debezium.transforms.ExtractNewRecordState`: the row alone in place of the envelope.
struct ExtractNewRecordState: ConfiguredTransform {
  static let options = [
    TransformOption(
      "delete.tombstone.handling.mode",
      .choice(["drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone"], ignoringCase: true), fallback: "tombstone"),
    TransformOption("route.by.field", fallback: ""), TransformOption("add.fields.prefix", fallback: "__"),
    TransformOption("add.fields", .list, fallback: ""), TransformOption("add.headers.prefix", fallback: "__"),
    TransformOption("add.headers", .list, fallback: ""), .replaceNullWithDefault, TransformOption("drop.fields.header.name"),
    TransformOption("drop.fields.from.key", .flag, fallback: "false"),
    TransformOption("drop.fields.keep.schema.compatible", .flag, fallback: "true"),
    // Before Debezium 2.5; the mode above took their place.
    TransformOption("drop.tombstones", .flag, fallback: "true"),
    TransformOption("delete.handling.mode", .choice(["drop", "rewrite", "none"], ignoringCase: true)),
  ]
  static let hasParts = false

  enum DeleteHandling: String, Sendable {
    case drop, tombstone, rewrite
    case rewriteWithTombstone = "rewrite-with-tombstone"
    case deleteToTombstone = "delete-to-tombstone"
    /// `delete.handling.mode=none` with `drop.tombstones=false`: a null that still has its schema, and then the tombstone.
    case none

    var rewrites: Bool { self == .rewrite || self == .rewriteWithTombstone }
  }

  private let handling: DeleteHandling
  private let keepsTombstones: Bool
  private let routeField: String?
  private let fields: FieldReferences
  private let headers: FieldReferences
  private let dropHeader: String?
  private let dropsFromKey: Bool
  private let dropsOptionalOnly: Bool
  private let deleted: InsertField
  private let present: InsertField
  private let cache = SchemaCache()

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    (handling, keepsTombstones) = try Self.handling(options)
    routeField = options.filled("route.by.field")
    fields = FieldReferences(try FieldReference.list("add.fields", prefix: "add.fields.prefix", options))
    headers = FieldReferences(try FieldReference.list("add.headers", prefix: "add.headers.prefix", options))
    dropHeader = options.filled("drop.fields.header.name")
    dropsFromKey = options.flag("drop.fields.from.key")
    dropsOptionalOnly = options.flag("drop.fields.keep.schema.compatible")
    let replacesNull = options.flag("replace.null.with.default")
    deleted = InsertField(field: "__deleted", constant: "true", replacesNull: replacesNull)
    present = InsertField(field: "__deleted", constant: "false", replacesNull: replacesNull)
  }

  private static func handling(_ options: TransformOptions) throws(CaptureError) -> (DeleteHandling, keepsTombstones: Bool) {
    guard options.has("delete.handling.mode") || options.has("drop.tombstones") else {
      let handling = try options.choice("delete.tombstone.handling.mode", DeleteHandling.self)
      return (handling, handling == .rewriteWithTombstone)
    }
    guard !options.has("delete.tombstone.handling.mode") else {
      throw options.error(
        "delete.tombstone.handling.mode", "expected it without delete.handling.mode and drop.tombstones, which it replaces")
    }
    let keeps = !options.flag("drop.tombstones")
    switch options.filled("delete.handling.mode")?.lowercased() ?? "drop" {
    case "rewrite": return (keeps ? .rewriteWithTombstone : .rewrite, keeps)
    case "none": return (.none, keeps)
    default: return (.drop, keeps)
    }
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard !record.value.isNull else {
      // What is known of a tombstone is that it stands for a delete.
      for name in headers.operationNames { record.headers.append(.init(name: name, schema: .string, value: .string("d"))) }
      return keepsTombstones
    }
    guard let envelope = DebeziumEnvelope(record) else { return true }
    if !headers.isEmpty {
      for header in try headers.resolved(in: envelope.view.schema) {
        record.headers.append(.init(name: header.name, schema: header.schema, value: header.value(in: envelope.view)))
      }
    }
    if envelope.after != nil { return try unwrap(&record, envelope, logger: logger) }
    // A truncation has no row at all.
    guard envelope.before != nil else { return false }
    return try delete(&record, envelope, logger: logger)
  }

  private func unwrap(_ record: inout ConnectRecord, _ envelope: DebeziumEnvelope, logger: Logger) throws(CaptureError) -> Bool {
    guard let after = envelope.after else { return false }
    record.valueSchema = after.schema
    record.value = .structure(after.values)
    if handling.rewrites { _ = try present.apply(&record, logger: logger) }
    if let routeField { try route(&record, by: routeField, of: try RecordPart.value.structure(of: record)) }
    try addFields(to: &record, envelope)
    try dropFields(&record, logger: logger)
    return true
  }

  private func delete(_ record: inout ConnectRecord, _ envelope: DebeziumEnvelope, logger: Logger) throws(CaptureError) -> Bool {
    guard let before = envelope.before else { return false }
    switch handling {
    case .drop: return false
    case .tombstone, .none:
      record.valueSchema = try envelope.rowSchema("after")
      record.value = .null
    case .deleteToTombstone:
      record.valueSchema = nil
      record.value = .null
    case .rewrite, .rewriteWithTombstone:
      record.valueSchema = before.schema
      record.value = .structure(before.values)
      _ = try deleted.apply(&record, logger: logger)
    }
    if let routeField { try route(&record, by: routeField, of: before) }
    try dropFields(&record, logger: logger)
    if !record.value.isNull { try addFields(to: &record, envelope) }
    return true
  }

  private func route(_ record: inout ConnectRecord, by field: String, of row: StructView) throws(CaptureError) {
    if let topic = try row.string(of: field), !topic.trimmingSpace().isEmpty { record.topic = topic }
  }

  private func addFields(to record: inout ConnectRecord, _ envelope: DebeziumEnvelope) throws(CaptureError) {
    let row = try RecordPart.value.structure(of: record)
    let added = fields.isEmpty ? [] : try fields.resolved(in: envelope.view.schema)
    // Which fields an envelope has may differ from one operation to the next, where a transform before this one adds some.
    let variant = added.isEmpty ? "" : try envelope.operation()
    let schema = try cache.made(from: row.schema, variant: variant) { () throws(CaptureError) in
      var list = FieldList(row.schema.fields)
      for field in added { try list.append(field.name, field.schema) }
      return row.schema.basics(.structure, fields: list.fields)
    }
    record.valueSchema = schema
    record.value = .structure(row.values + added.map { $0.value(in: envelope.view) })
  }

  /// Leaves out the fields that a header lists.
  private func dropFields(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) {
    guard let dropHeader, let header = record.headers.first(where: { $0.name == dropHeader }), !header.value.isNull else { return }
    guard case .array(let items) = header.value else {
      throw .configuration("the header \"\(dropHeader)\" is \(header.value.kindName); expected an array of field names")
    }
    let names = items.compactMap { if case .string(let name) = $0 { name } else { nil } }
    guard !names.isEmpty else { return }
    if dropsFromKey, !record.key.isNull { try drop(names, from: .key, of: &record, logger: logger) }
    try drop(names, from: .value, of: &record, logger: logger)
  }

  private func drop(_ names: [String], from part: RecordPart, of record: inout ConnectRecord, logger: Logger) throws(CaptureError) {
    guard let schema = part.schema(of: record) else { return }
    let dropped = dropsOptionalOnly ? schema.fields.filter { $0.schema.isOptional && names.contains($0.name) }.map(\.name) : names
    guard !dropped.isEmpty else { return }
    _ = try ReplaceField(excluding: dropped, part: part).apply(&record, logger: logger)
  }
}
