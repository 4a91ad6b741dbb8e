/// A transform of a connector file, parsed; applied under its predicate.
struct Transform: Sendable {
  enum Kind: Sendable {
    /// `io.debezium.transforms.outbox.EventRouter`
    case eventRouter(EventRouterSettings)
    /// `org.apache.kafka.connect.transforms.ReplaceField$Key`
    case replaceKey(ReplaceFieldSettings)
    /// `org.apache.kafka.connect.transforms.ReplaceField$Value`
    case replaceValue(ReplaceFieldSettings)
    /// `org.apache.kafka.connect.transforms.RegexRouter`
    case regexRouter(pattern: NamePattern, replacement: String)
  }

  /// The alias in `transforms`.
  var name: String
  var kind: Kind
  var predicate: Predicate?
  var negate: Bool
}

/// A predicate of a connector file.
enum Predicate: Sendable {
  /// `org.apache.kafka.connect.transforms.predicates.TopicNameMatches`
  case topicNameMatches(NamePattern)
  /// `org.apache.kafka.connect.transforms.predicates.RecordIsTombstone`
  case recordIsTombstone
  /// `org.apache.kafka.connect.transforms.predicates.HasHeaderKey`
  case hasHeaderKey(String)
}

/// ReplaceField: which fields stay, and under which names.
struct ReplaceFieldSettings: Sendable {
  var exclude: Set<String>
  var include: Set<String>
  var renames: [String: String]

  /// The field's new name, nil if it is dropped.
  func name(for field: String) -> String? {
    guard !exclude.contains(field), include.isEmpty || include.contains(field) else { return nil }
    return renames[field] ?? field
  }
}

/// EventRouter: how an outbox table's rows become events. Defaults are Debezium's.
struct EventRouterSettings: Sendable {
  enum InvalidOperation: String, Sendable {
    case warn, error, fatal
  }

  enum Placement: String, Sendable {
    case header, envelope, partition
  }

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
  var invalidOperation = InvalidOperation.warn
}
