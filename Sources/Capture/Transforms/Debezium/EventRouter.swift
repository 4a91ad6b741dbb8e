internal import Logging

/// `io.debezium.transforms.outbox.EventRouter`: rows of an outbox table become events.
///
/// A truncation is treated as an update is (`table.op.invalid.behavior`); Debezium stops there.
struct EventRouter: ConfiguredTransform {
  static let options = EventRouterSettings.options
  static let hasParts = false
  let settings: EventRouterSettings
  private let cache = SchemaCache(limit: 10_000)

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) { settings = try EventRouterSettings(options) }

  var compiled: Transform.Kind? {
    guard settings.timestampColumn == nil, !settings.expandsPayload, settings.versionColumn == nil || settings.isBare else { return nil }
    return .eventRouter(settings)
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard !record.value.isNull else { return false }
    guard let envelope = DebeziumEnvelope(record) else { return true }
    switch try envelope.operation() {
    case "d": return false
    case "u", "t":
      try refuse(record, logger: logger)
      return false
    default: break
    }
    guard let after = envelope.after else {
      throw .configuration("the record of topic \(record.topic) has no \"after\"; expected a row of an outbox table (use a predicate)")
    }
    try route(&record, envelope: envelope, event: after, logger: logger)
    return true
  }

  private func refuse(_ record: ConnectRecord, logger: Logger) throws(CaptureError) {
    switch settings.invalidOperation {
    case .warn: logger.warning("an update of an outbox table is left out", metadata: ["topic": "\(record.topic)"])
    case .error: logger.error("an update of an outbox table is left out", metadata: ["topic": "\(record.topic)"])
    case .fatal: throw .failed("an update of an outbox table, and table.op.invalid.behavior is fatal")
    }
  }

  private func route(
    _ record: inout ConnectRecord, envelope: DebeziumEnvelope, event: StructView, logger: Logger
  ) throws(CaptureError) {
    let payloadIndex = try event.index(of: settings.payloadColumn)
    let idIndex = try event.index(of: settings.idColumn)
    var payloadSchema = event.schema.fields[payloadIndex].schema
    var payload = event.value(at: payloadIndex)
    let timestamp = try timestamp(of: event, envelope: envelope)
    record.headers.append(.init(name: "id", schema: event.schema.fields[idIndex].schema, value: event.value(at: idIndex)))
    if settings.expandsPayload, !payload.isNull { expand(&payload, &payloadSchema, logger: logger) }
    guard let target = try event.string(of: settings.routeColumn) else {
      throw .failed("an event cannot be routed: its column \"\(settings.routeColumn)\" is NULL")
    }
    let bareSchema = settings.isBare ? nil : try valueSchema(payloadSchema, event: event, target: target)
    var values: [ConnectValue] = []
    if let first = bareSchema?.fields.first { values.append(try StructView.checked(payload, for: first)) }
    var partition: Int32?
    for field in settings.additionalFields {
      if settings.ignoresMissingFields, event.schema.index(of: field.column) == nil { continue }
      let index = try event.index(of: field.column)
      switch field.placement {
      case .envelope: values.append(event.value(at: index))
      case .header:
        record.headers.append(.init(name: field.alias, schema: event.schema.fields[index].schema, value: event.value(at: index)))
      case .partition: partition = try event.integer(of: field.column, .int32).map { Int32(truncatingIfNeeded: $0) }
      }
    }
    record.partition = partition
    record.timestamp = timestamp
    if let name = settings.keyColumn {
      let index = try event.index(of: name)
      record.keySchema = event.schema.fields[index].schema
      record.key = event.value(at: index)
    } else {
      record.keySchema = nil
      record.key = .null
    }
    if settings.tombstoneOnEmptyPayload, Self.isEmpty(payload) {
      record.valueSchema = nil
      record.value = .null
    } else if let bareSchema {
      record.valueSchema = bareSchema
      record.value = .structure(values)
    } else {
      record.valueSchema = payloadSchema
      record.value = payload
    }
    record.topic = try RegexRouter(pattern: settings.topicPattern, replacement: settings.topicReplacement).topic(from: target)
  }

  private static func isEmpty(_ payload: ConnectValue) -> Bool {
    switch payload {
    case .null: true
    case .string(let text): text.utf8.allSatisfy { $0 <= 0x20 }
    default: false
    }
  }

  /// The event's time, milliseconds since 1970.
  private func timestamp(of event: StructView, envelope: DebeziumEnvelope) throws(CaptureError) -> Int64? {
    guard let column = settings.timestampColumn else { return try envelope.view.integer(of: "ts_ms", .int64) }
    guard let time = try event.integer(of: column, .int64) else { return try envelope.view.integer(of: "ts_ms", .int64) }
    switch event.schema.fields[try event.index(of: column)].schema.name {
    case "io.debezium.time.Timestamp": return time
    case "io.debezium.time.MicroTimestamp": return time / 1000
    case "io.debezium.time.NanoTimestamp": return time / 1_000_000
    case let name:
      throw .configuration("column \"\(column)\" is of the type \(name ?? "int64") and no time for an event; expected a timestamp")
    }
  }

  /// Text that is no JSON, or JSON that no schema can be inferred from, is sent as it is.
  private func expand(_ payload: inout ConnectValue, _ schema: inout ConnectSchema, logger: Logger) {
    guard case .string(let text) = payload else {
      return logger.warning("a payload is not expanded: it is no text", metadata: ["column": "\(settings.payloadColumn)"])
    }
    do {
      let expanded = try PayloadExpansion(settings).expand(text)
      (payload, schema) = (expanded.value, expanded.schema)
    } catch {
      logger.warning("a payload is not expanded", metadata: ["column": "\(settings.payloadColumn)", "reason": "\(error.reason)"])
    }
  }

  /// `{"payload": …, <additional fields>}`, named after the table and the route.
  private func valueSchema(_ payload: ConnectSchema, event: StructView, target: String) throws(CaptureError) -> ConnectSchema {
    let version = try settings.versionColumn.flatMap { (column) throws(CaptureError) in
      try event.integer(of: column, .int32).map { Int32(truncatingIfNeeded: $0) }
    }
    return try cache.made(from: payload, variant: "\(version.map { String($0) } ?? "")/\(target)") { () throws(CaptureError) in
      var list = FieldList()
      try list.append("payload", payload)
      for field in settings.additionalFields where field.placement == .envelope {
        if settings.ignoresMissingFields, event.schema.index(of: field.column) == nil { continue }
        try list.append(field.alias, event.schema.fields[try event.index(of: field.column)].schema)
      }
      var parts = (event.schema.name ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      if event.schema.name == nil { parts = [] }
      parts.insert(target, at: max(0, parts.count - 1))
      return ConnectSchema(.structure, name: parts.joined(separator: "."), version: version, fields: list.fields)
    }
  }
}
