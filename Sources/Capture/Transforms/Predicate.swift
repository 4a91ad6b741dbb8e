/// A predicate of a connector file.
enum Predicate: Sendable {
  /// `org.apache.kafka.connect.transforms.predicates.TopicNameMatches`
  case topicNameMatches(NamePattern)
  /// `org.apache.kafka.connect.transforms.predicates.RecordIsTombstone`
  case recordIsTombstone
  /// `org.apache.kafka.connect.transforms.predicates.HasHeaderKey`
  case hasHeaderKey(String)
}
