extension Predicate {
  /// Whether the predicate holds for a record.
  func holds(for record: ConnectRecord) throws(CaptureError) -> Bool {
    switch self {
    case .topicNameMatches(let pattern): try pattern.test(topic: record.topic)
    case .recordIsTombstone: record.isTombstone
    case .hasHeaderKey(let name): record.headers.contains { $0.name == name }
    }
  }
}
