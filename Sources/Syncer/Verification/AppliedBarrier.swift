public import Kafka
public import Logging
public import Postgres

/// The barrier of a syncer's group: the slots of the connectors have confirmed the source's position, so that all changes up to it are in
/// Kafka; then the offsets that the read database stores have reached the ends that the topics had.
public struct AppliedBarrier: Barrier {
  /// What is waited for.
  public struct Scope: Sendable {
    /// The slots of the connectors that capture what is verified.
    public var slots: [String]
    /// The topics that the group applies; one that begins with `^` is a pattern.
    public var topics: [String]
    /// Whose offsets.
    public var offsets: OffsetScope

    /// See the properties.
    public init(slots: [String], topics: [String], offsets: OffsetScope) {
      self.slots = slots
      self.topics = topics
      self.offsets = offsets
    }
  }

  private let scope: Scope
  private let source: Pool
  private let read: Pool
  private let admin: Admin
  private let deadline: Duration
  private let logger: Logger

  /// - Parameters:
  ///   - source: of the source database; one connection is used at a time.
  ///   - read: of the read database; one connection is used at a time.
  ///   - deadline: for one pass.
  public init(_ scope: Scope, source: Pool, read: Pool, admin: Admin, deadline: Duration = .seconds(60), logger: Logger) {
    self.scope = scope
    self.source = source
    self.read = read
    self.admin = admin
    self.deadline = deadline
    self.logger = logger
  }

  /// Waits for capture, then for the syncer.
  ///
  /// - Throws: ``BarrierError`` after the deadline.
  public func pass() async throws {
    let end = ContinuousClock.now + deadline
    let store = SlotPositionStore(slots: scope.slots)
    let target = try await source.withConnection { try await store.position($0) }
    try await wait(until: end) {
      let behind = try await source.withConnection { try await store.behind(target, $0) }
      return behind.isEmpty ? nil : "capture has not confirmed \(target): \(behind.joined(separator: ", "))"
    }
    let ends = try await ends()
    try await wait(until: end) {
      let stored = try await read.withConnection { try await StoredOffsets(scope: scope.offsets).load(Array(ends.keys), $0) }
      let behind = ends.filter { stored[$0.key] ?? 0 < $0.value }
      guard let first = behind.min(by: { $0.key < $1.key }) else { return nil }
      return "the group \(scope.offsets.group) has not applied \(behind.count) partitions to their ends: "
        + "\(first.key.topic)[\(first.key.partition)] is at \(stored[first.key] ?? 0) of \(first.value)"
    }
  }

  private func wait(until end: ContinuousClock.Instant, _ problem: () async throws -> String?) async throws {
    let pause = RetryPolicy(initialDelay: .milliseconds(20), maxDelay: .milliseconds(500), maxAttempts: nil)
    var attempts = 0
    while let found = try await problem() {
      guard ContinuousClock.now < end else { throw BarrierError(reason: "not caught up within \(deadline): \(found)") }
      attempts += 1
      try await Task.sleep(for: pause.ceiling(after: attempts))
    }
  }

  /// The ends of all partitions of the topics; those that are empty are left out.
  private func ends() async throws -> [TopicPartition: Int64] {
    let topics = try await admin.describeTopics().filter { $0.error == nil && isApplied($0.name) }
    return try await admin.watermarks(for: topics.flatMap(\.topicPartitions)).filter { $0.value.high > $0.value.low }.mapValues(\.high)
  }

  private func isApplied(_ topic: String) -> Bool {
    scope.topics.contains { pattern in
      guard pattern.hasPrefix("^") else { return pattern == topic }
      // An expression that is none was refused when the group subscribed.
      guard let expression = try? Regex(pattern) else { return false }
      return topic.firstMatch(of: expression) != nil
    }
  }
}
