extension Predicate {
  /// Whether the predicate holds for a record.
  func holds(for record: ConnectRecord) -> Bool {
    switch self {
    case .topicNameMatches(let pattern): pattern.matches(record.topic)
    case .recordIsTombstone: record.isTombstone
    case .hasHeaderKey(let name): record.headers.contains { $0.name == name }
    }
  }
}
