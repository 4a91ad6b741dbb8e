/// EventRouter: how an outbox table's rows become events. Defaults are Debezium's.
struct EventRouterSettings: Sendable {
  enum InvalidOperation: String, Sendable {
    case warn, error, fatal
  }

  enum Placement: String, Sendable {
    case header, envelope, partition
  }

  /// Whether the record's value is the payload by itself.
  var isBare: Bool { !additionalFields.contains { $0.placement == .envelope } }

  struct AdditionalField: Sendable {
    var column: String
    var placement: Placement
    var alias: String
  }

  var idColumn = "id"
  var keyColumn: String? = "aggregateid"
  var payloadColumn = "payload"
  var routeColumn = "aggregatetype"
  var topicPattern: NamePattern
  var topicReplacement = "outbox.event.${routedByValue}"
  var additionalFields: [AdditionalField] = []
  var ignoresMissingFields = false
  var tombstoneOnEmptyPayload = false
  /// `table.field.event.timestamp`; nil takes the time at which the change was captured.
  var timestampColumn: String?
  /// `table.field.event.schema.version`
  var versionColumn: String?
  /// `table.expand.json.payload`
  var expandsPayload = false
  /// `table.json.payload.null.behavior=optional_bytes`: a null in the payload keeps its field.
  var keepsNulls = false
  /// `table.json.payload.empty.array.behavior=optional_string`: an empty array in the payload keeps its field.
  var keepsEmptyArrays = false
  var invalidOperation = InvalidOperation.warn
}

extension EventRouterSettings {
  static let options = [
    TransformOption("table.op.invalid.behavior", .choice(["warn", "error", "fatal"], ignoringCase: true), fallback: "warn"),
    TransformOption("table.field.event.id", fallback: "id"), TransformOption("table.field.event.key", fallback: "aggregateid"),
    TransformOption("table.field.event.type", fallback: "type"), TransformOption("table.field.event.payload", fallback: "payload"),
    TransformOption("table.field.event.timestamp"), TransformOption("table.field.event.schema.version"),
    TransformOption("table.fields.additional.placement", .list),
    TransformOption("table.field.additional.missing", .choice(["error", "ignore"], ignoringCase: true), fallback: "error"),
    // An earlier name of the option above.
    TransformOption("table.fields.additional.error.on.missing", .flag, fallback: "true"),
    TransformOption("table.expand.json.payload", .flag, fallback: "false"),
    TransformOption("table.json.payload.null.behavior", .choice(["ignore", "optional_bytes"], ignoringCase: true), fallback: "ignore"),
    TransformOption(
      "table.json.payload.empty.array.behavior", .choice(["ignore", "optional_string"], ignoringCase: true), fallback: "ignore"),
    TransformOption("route.by.field", fallback: "aggregatetype"),
    TransformOption("route.topic.regex", .pattern, fallback: "(?<routedByValue>.*)"),
    TransformOption("route.topic.replacement", fallback: "outbox.event.${routedByValue}"),
    TransformOption("route.tombstone.on.empty.payload", .flag, fallback: "false"),
    // Spans are made where an OpenTelemetry agent runs beside Debezium. Without one these do nothing, there and here.
    TransformOption("tracing.span.context.field", fallback: "tracingspancontext"),
    TransformOption("tracing.operation.name", fallback: "debezium-read"),
    TransformOption("tracing.with.context.field.only", .flag, fallback: "false"),
  ]

  init(_ options: TransformOptions) throws(CaptureError) {
    let regex = options.filled("route.topic.regex") ?? "(?<routedByValue>.*)"
    do { topicPattern = try NamePattern(regex) } catch { throw options.error("route.topic.regex", "expected a regular expression") }
    idColumn = options.filled("table.field.event.id") ?? "id"
    keyColumn = options.filled("table.field.event.key")
    payloadColumn = options.filled("table.field.event.payload") ?? "payload"
    routeColumn = options.filled("route.by.field") ?? "aggregatetype"
    topicReplacement = options.text("route.topic.replacement") ?? ""
    do { try topicPattern.validate(replacement: topicReplacement) } catch {
      throw options.error("route.topic.replacement", "expected groups ($1, ${name}) that the regular expression has")
    }
    tombstoneOnEmptyPayload = options.flag("route.tombstone.on.empty.payload")
    timestampColumn = options.filled("table.field.event.timestamp")
    versionColumn = options.filled("table.field.event.schema.version")
    expandsPayload = options.flag("table.expand.json.payload")
    keepsNulls = options.filled("table.json.payload.null.behavior")?.lowercased() == "optional_bytes"
    keepsEmptyArrays = options.filled("table.json.payload.empty.array.behavior")?.lowercased() == "optional_string"
    invalidOperation = try options.choice("table.op.invalid.behavior", InvalidOperation.self)
    ignoresMissingFields =
      options.filled("table.field.additional.missing")?.lowercased() == "ignore"
      || !options.flag("table.fields.additional.error.on.missing")
    additionalFields = try Self.additionalFields(options)
  }

  private static func additionalFields(_ options: TransformOptions) throws(CaptureError) -> [AdditionalField] {
    var fields: [AdditionalField] = []
    for entry in TransformOptions.split(options.text("table.fields.additional.placement") ?? "") where !entry.isEmpty {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard (2...3).contains(parts.count), !parts[0].isEmpty, parts.last?.isEmpty == false,
        let placement = Placement(rawValue: parts[1].lowercased())
      else { throw options.error("table.fields.additional.placement", "expected column:header|envelope|partition[:alias],…") }
      fields.append(.init(column: parts[0], placement: placement, alias: parts.count == 3 ? parts[2] : parts[0]))
    }
    return fields
  }
}
