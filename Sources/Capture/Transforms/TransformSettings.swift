/// Parses the `transforms` and `predicates` namespaces, strictly by class: an unknown class or option is an error that names it.
struct TransformSettings {
  private static let kafka = "org.apache.kafka.connect.transforms."
  let reader: SettingsReader

  init(_ reader: SettingsReader) { self.reader = reader }

  func parse() throws(CaptureError) -> RecordTransformChain {
    let names = NameFilter.split(reader.text("transforms") ?? "")
    let predicateNames = NameFilter.split(reader.text("predicates") ?? "")
    try checkAliases(namespace: "transforms", names: names)
    try checkAliases(namespace: "predicates", names: predicateNames)
    var predicates: [String: Predicate] = [:]
    for name in predicateNames { predicates[name] = try predicate(name) }
    var steps: [RecordTransformChain.Step] = []
    for name in names { steps.append(try step(name, predicates: predicates)) }
    return RecordTransformChain(steps)
  }

  /// Every key of the namespace belongs to an alias that the list names, and no alias stands twice.
  private func checkAliases(namespace: String, names: [String]) throws(CaptureError) {
    guard Set(names).count == names.count else {
      throw reader.error(namespace, names.joined(separator: ","), "expected each alias once")
    }
    for key in reader.settings.keys.sorted() where key.hasPrefix(namespace + ".") {
      guard names.contains(where: { key.hasPrefix("\(namespace).\($0).") }) else {
        throw .configuration("\(reader.origin): key \"\(key)\" belongs to no alias of \"\(namespace)\" (\(names.joined(separator: ", ")))")
      }
    }
  }

  /// The options of an alias, with the checks that all classes share.
  private func options(_ prefix: String, allowed: Set<String>) throws(CaptureError) -> [String: String] {
    var options: [String: String] = [:]
    for key in reader.settings.keys.sorted() where key.hasPrefix(prefix) {
      let option = String(key.dropFirst(prefix.count))
      guard allowed.contains(option) else {
        throw .configuration("\(reader.origin): key \"\(key)\" is not known; expected \(allowed.sorted().joined(separator: ", "))")
      }
      options[option] = reader.settings[key]
    }
    return options
  }

  private func predicate(_ name: String) throws(CaptureError) -> Predicate {
    let prefix = "predicates.\(name)."
    let type = try reader.required(prefix + "type")
    switch type {
    case Self.kafka + "predicates.TopicNameMatches":
      _ = try options(prefix, allowed: ["type", "pattern"])
      return .topicNameMatches(try reader.pattern(try reader.required(prefix + "pattern"), key: prefix + "pattern", caseInsensitive: false))
    case Self.kafka + "predicates.RecordIsTombstone":
      _ = try options(prefix, allowed: ["type"])
      return .recordIsTombstone
    case Self.kafka + "predicates.HasHeaderKey":
      _ = try options(prefix, allowed: ["type", "name"])
      return .hasHeaderKey(try reader.required(prefix + "name"))
    default:
      throw reader.error(prefix + "type", type, "expected TopicNameMatches, RecordIsTombstone or HasHeaderKey of \(Self.kafka)predicates")
    }
  }

  private func step(_ name: String, predicates: [String: Predicate]) throws(CaptureError) -> RecordTransformChain.Step {
    let prefix = "transforms.\(name)."
    let type = try reader.required(prefix + "type")
    let kind: Transform.Kind
    let transform: any RecordTransform
    switch type {
    case "io.debezium.transforms.outbox.EventRouter":
      let settings = try eventRouter(prefix)
      kind = .eventRouter(settings)
      transform = EventRouter(settings: settings)
    case Self.kafka + "ReplaceField$Key":
      let settings = try replaceField(prefix)
      kind = .replaceKey(settings)
      transform = ReplaceField(settings: settings, part: .key)
    case Self.kafka + "ReplaceField$Value":
      let settings = try replaceField(prefix)
      kind = .replaceValue(settings)
      transform = ReplaceField(settings: settings, part: .value)
    case Self.kafka + "RegexRouter":
      _ = try options(prefix, allowed: ["type", "predicate", "negate", "regex", "replacement"])
      let pattern = try reader.pattern(try reader.required(prefix + "regex"), key: prefix + "regex", caseInsensitive: false)
      guard let replacement = reader.settings[prefix + "replacement"] else {
        throw .configuration("\(reader.origin): key \"\(prefix)replacement\" is missing")
      }
      try check(replacement, of: pattern, key: prefix + "replacement")
      kind = .regexRouter(pattern: pattern, replacement: replacement)
      transform = RegexRouter(pattern: pattern, replacement: replacement)
    default:
      throw reader.error(
        prefix + "type", type,
        "this class is not known; expected io.debezium.transforms.outbox.EventRouter, \(Self.kafka)ReplaceField$Key, ReplaceField$Value or RegexRouter"
      )
    }
    var predicate: Predicate?
    if let predicateName = reader.text(prefix + "predicate") {
      guard let found = predicates[predicateName] else {
        throw reader.error(prefix + "predicate", predicateName, "expected a name that \"predicates\" lists")
      }
      predicate = found
    }
    let negate = try flag(prefix + "negate")
    guard predicate != nil || !negate else { throw reader.error(prefix + "negate", "true", "expected a predicate beside it") }
    return RecordTransformChain.Step(name: name, transform: transform, compiled: kind, predicate: predicate, negate: negate)
  }

  private func flag(_ key: String) throws(CaptureError) -> Bool {
    guard let value = reader.text(key) else { return false }
    guard ["true", "false"].contains(value.lowercased()) else { throw reader.error(key, value, "expected true or false") }
    return value.lowercased() == "true"
  }

  private func check(_ replacement: String, of pattern: NamePattern, key: String) throws(CaptureError) {
    do { try pattern.validate(replacement: replacement) } catch {
      throw reader.error(key, replacement, "expected groups ($1, ${name}) that the regular expression has")
    }
  }

  private func replaceField(_ prefix: String) throws(CaptureError) -> ReplaceFieldSettings {
    let options = try options(
      prefix, allowed: ["type", "predicate", "negate", "include", "exclude", "renames", "replace.null.with.default"])
    if let value = options["replace.null.with.default"], value.lowercased() != "true" {
      throw reader.error(prefix + "replace.null.with.default", value, "only true can be honoured: nulls were replaced before")
    }
    var renames: [String: String] = [:]
    for rename in NameFilter.split(options["renames"] ?? "") {
      let parts = rename.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw reader.error(prefix + "renames", options["renames"] ?? "", "expected old:new,…")
      }
      renames[parts[0]] = parts[1]
    }
    return ReplaceFieldSettings(
      exclude: Set(NameFilter.split(options["exclude"] ?? "")), include: Set(NameFilter.split(options["include"] ?? "")), renames: renames)
  }

  private func eventRouter(_ prefix: String) throws(CaptureError) -> EventRouterSettings {
    let options = try options(
      prefix,
      allowed: [
        "type", "predicate", "negate", "table.op.invalid.behavior", "table.field.event.id", "table.field.event.key",
        "table.field.event.type",
        "table.field.event.payload", "table.field.event.timestamp", "table.field.event.schema.version", "table.fields.additional.placement",
        "table.field.additional.missing", "table.expand.json.payload", "table.json.payload.null.behavior",
        "table.json.payload.empty.array.behavior", "route.by.field", "route.topic.regex", "route.topic.replacement",
        "route.tombstone.on.empty.payload", "tracing.span.context.field", "tracing.operation.name", "tracing.with.context.field.only",
      ])
    let refused = [
      "table.field.event.timestamp": "records carry the time at which they are sent",
      "tracing.span.context.field": "spans are not continued",
      "tracing.operation.name": "spans are not continued", "tracing.with.context.field.only": "spans are not continued",
    ]
    for (option, why) in refused.sorted(by: { $0.key < $1.key }) {
      if let value = options[option], !value.isEmpty { throw reader.error(prefix + option, value, "it cannot be honoured: \(why)") }
    }
    if try flag(prefix + "table.expand.json.payload") {
      throw reader.error(prefix + "table.expand.json.payload", "true", "only false can be honoured: payloads are sent as they are stored")
    }
    let regex = reader.text(prefix + "route.topic.regex") ?? "(?<routedByValue>.*)"
    var settings = EventRouterSettings(topicPattern: try reader.pattern(regex, key: prefix + "route.topic.regex", caseInsensitive: false))
    if let value = options["table.field.event.id"], !value.isEmpty { settings.idColumn = value }
    if let value = options["table.field.event.key"] { settings.keyColumn = value.isEmpty ? nil : value }
    if let value = options["table.field.event.payload"], !value.isEmpty { settings.payloadColumn = value }
    if let value = options["route.by.field"], !value.isEmpty { settings.routeColumn = value }
    if let value = options["route.topic.replacement"] { settings.topicReplacement = value }
    try check(settings.topicReplacement, of: settings.topicPattern, key: prefix + "route.topic.replacement")
    settings.tombstoneOnEmptyPayload = try flag(prefix + "route.tombstone.on.empty.payload")
    if let value = options["table.op.invalid.behavior"] {
      guard let parsed = EventRouterSettings.InvalidOperation(rawValue: value.lowercased()) else {
        throw reader.error(prefix + "table.op.invalid.behavior", value, "expected one of warn, error, fatal")
      }
      settings.invalidOperation = parsed
    }
    if let value = options["table.field.additional.missing"] {
      guard ["error", "ignore"].contains(value.lowercased()) else {
        throw reader.error(prefix + "table.field.additional.missing", value, "expected one of error, ignore")
      }
      settings.ignoresMissingFields = value.lowercased() == "ignore"
    }
    let placements = options["table.fields.additional.placement"] ?? ""
    for entry in NameFilter.split(placements) {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmingSpace() }
      guard (2...3).contains(parts.count), !parts[0].isEmpty, parts.last?.isEmpty == false,
        let placement = EventRouterSettings.Placement(rawValue: parts[1].lowercased())
      else {
        throw reader.error(prefix + "table.fields.additional.placement", placements, "expected column:header|envelope|partition[:alias],…")
      }
      settings.additionalFields.append(.init(column: parts[0], placement: placement, alias: parts.count == 3 ? parts[2] : parts[0]))
    }
    return settings
  }
}
