extension ConnectorValidation {
  /// Kafka Connect's `ConfigInfos`: every key with its definition and its value, keys without a definition first.
  var document: JSONDocument {
    let namespaced = settings.keys.filter { ConnectorKeys.all[$0] == nil }
    let unknown = Set(namespaced).union(errors.keys.filter { ConnectorKeys.all[$0] == nil }).sorted()
    var configs: [JSONDocument] = unknown.map {
      .object([.init(name: "definition", value: .null), .init(name: "value", value: value($0, nil))])
    }
    for section in ConnectorKeys.sections {
      for (order, key) in section.keys.enumerated() {
        configs.append(
          .object([
            .init(name: "definition", value: key.definition(group: section.name, order: order + 1)),
            .init(name: "value", value: value(key.name, key)),
          ]))
      }
    }
    return .object([
      .init(name: "name", value: .string(settings["connector.class"] ?? ConnectorKeys.connectorClass)),
      .init(name: "error_count", value: .number(String(errorCount))),
      .init(name: "groups", value: .array(ConnectorKeys.sections.map { .string($0.name) })),
      .init(name: "configs", value: .array(configs)),
    ])
  }

  private func value(_ name: String, _ key: ConnectorKey?) -> JSONDocument {
    let given = settings[name]
    let shown = given.map { ConnectorSecrets.shouldMask($0, of: name) ? ConnectorSecrets.mask : $0 } ?? key?.fallback
    return .object([
      .init(name: "name", value: .string(name)),
      .init(name: "value", value: shown.map { .string($0) } ?? .null),
      .init(name: "recommended_values", value: .array((key?.recommendedValues ?? []).map { .string($0) })),
      .init(name: "errors", value: .array((errors[name] ?? []).map { .string($0) })),
      .init(name: "visible", value: .bool(true)),
    ])
  }
}

extension ConnectorKey {
  /// Kafka Connect's `ConfigKeyInfo`.
  func definition(group: String, order: Int) -> JSONDocument {
    let isRequired = ConnectorValidation.required.contains(name)
    return .object([
      .init(name: "name", value: .string(name)),
      .init(name: "type", value: .string(type)),
      .init(name: "required", value: .bool(isRequired)),
      .init(name: "default_value", value: fallback.map { .string($0) } ?? .null),
      .init(name: "importance", value: .string(isRequired ? "HIGH" : isTuning ? "LOW" : "MEDIUM")),
      .init(name: "documentation", value: .string(documentation)),
      .init(name: "group", value: .string(group)),
      .init(name: "width", value: .string("MEDIUM")),
      .init(name: "display_name", value: .string(name)),
      .init(name: "dependents", value: .array([])),
      .init(name: "order", value: .number(String(order))),
    ])
  }

  /// The values that do something here; empty where there is no list of them.
  var recommendedValues: [String] {
    if case .only(let values, _) = support { return values.filter { !$0.isEmpty } }
    if case .choice(let values) = kind { return values }
    return []
  }

  private var isTuning: Bool { if case .tuning = support { true } else { false } }

  private var type: String {
    if Self.isSecret(name) { return "PASSWORD" }
    switch kind {
    case .boolean: return "BOOLEAN"
    case .integer: return "LONG"
    case .text, .choice: return name.hasSuffix(".list") || name == "transforms" || name == "predicates" ? "LIST" : "STRING"
    }
  }

  private var documentation: String {
    let values =
      switch kind {
      case .text: ""
      case .boolean: " true or false."
      case .integer(let range):
        range.upperBound == .max
          ? " A whole number of at least \(range.lowerBound)." : " A whole number from \(range.lowerBound) to \(range.upperBound)."
      case .choice(let names): " One of \(names.joined(separator: ", "))."
      }
    switch support {
    case .honoured: return "As Debezium and Kafka Connect document it.\(values)"
    case .tuning: return "Accepted, and changes nothing: it tunes machinery that is not here.\(values)"
    case .only(let names, let why):
      return "Only \(names.map { $0.isEmpty ? "an empty value" : $0 }.joined(separator: " or ")) can be honoured: \(why)."
    }
  }
}
