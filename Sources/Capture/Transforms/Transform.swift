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
