public import Kafka
public import Logging
public import Postgres

/// Sets the positions of a consumer group: what `sluice replay` does.
///
/// A syncer's position stands in two places: the read database (`sluice_offsets`, which wins when a partition is assigned) and Kafka. The
/// read database is written first, in one transaction with the audit, then Kafka. Killed in between, the replay is in force already: the
/// next member starts at the stored offset and commits it to Kafka itself. The next ``execute(_:)`` finds the replay unfinished and brings
/// Kafka after it, so that a repeated shift does not shift twice.
public struct Replay: Sendable {
  /// What was done.
  public struct Outcome: Sendable {
    /// The moves that are in force now.
    public var moves: [ReplayMove]
    /// The number in `sluice_replays`; nil where there is no read database.
    public var id: Int64?
    /// Says that an earlier replay was found half done, and what of it was completed; nil where there was none.
    public var completed: String?
  }

  private let admin: Admin
  private let database: Connection?
  private let logger: Logger

  /// - Parameters:
  ///   - admin: of the cluster.
  ///   - database: the read database; nil for a group that is no syncer's, whose position is in Kafka alone.
  public init(admin: Admin, database: Connection?, logger: Logger) {
    self.admin = admin
    self.database = database
    self.logger = logger
  }

  /// Works out what a replay would do; changes nothing, and does not mind members.
  ///
  /// - Throws: ``ReplayError``, and what Kafka and the database throw.
  public func plan(_ request: ReplayRequest) async throws -> [ReplayMove] {
    try await plan(request, scope: scope(request.group))
  }

  /// Whether a syncer's offsets of this group are stored in a database.
  public static func hasStoredOffsets(_ scope: OffsetScope, _ database: Connection) async throws -> Bool {
    try await !ReplayStore(scope: scope).storedOffsets(database).isEmpty
  }

  /// Why the group cannot be moved now, nil where it can.
  public func obstacle(_ group: String) async throws -> ReplayError? {
    guard let found = try await admin.describeGroups([group]).first else { return nil }
    if let error = found.error { throw error }
    return Self.obstacle(found)
  }

  /// Moves the group.
  ///
  /// - Throws: ``ReplayError`` where the group is active; nothing was moved then, unless the code is `kafkaRefused`.
  public func execute(_ request: ReplayRequest) async throws -> Outcome {
    let scope = try await scope(request.group)
    if let obstacle = try await obstacle(request.group) { throw obstacle }
    guard let database else {
      let moves = try await plan(request, scope: scope)
      try await alter(request.group, moves)
      return Outcome(moves: moves)
    }
    let store = ReplayStore(scope: scope)
    try await ReplayMigrations.migrate(database)
    var completed: String?
    if let unfinished = try await store.unfinished(database) {
      try await alter(request.group, unfinished.offsets)
      try await store.finish(unfinished.id, database)
      completed =
        "replay \(unfinished.id) (\(unfinished.target), by \(unfinished.actor)) had stopped before Kafka had its offsets; it is complete now"
      if request.target.isRelative { return Outcome(moves: [], id: unfinished.id, completed: completed) }
    }
    let moves = try await plan(request, scope: scope)
    let id = try await database.transaction { transaction in
      let id = try await store.write(moves, request, transaction)
      // Nobody has joined since; who joins from now on finds the rows locked, and then moved.
      if let obstacle = try await obstacle(request.group) { throw obstacle }
      return id
    }
    CrashPoint.reached(.afterReplayStored)
    do {
      try await alter(request.group, moves)
    } catch let error as KafkaError {
      throw ReplayError(
        .kafkaRefused,
        "the read database has the new offsets, which are those that count; Kafka does not have them yet (\(error)): repeat, or start the syncer"
      )
    }
    try await store.finish(id, database)
    return Outcome(moves: moves, id: id, completed: completed)
  }

  /// Whether the group's state forbids a replay. Pure.
  static func obstacle(_ group: GroupDescription) -> ReplayError? {
    guard group.state != .empty, group.state != .dead else { return nil }
    let members = group.members.map { $0.instanceID ?? $0.clientID }.sorted()
    let statics = group.members.contains { $0.instanceID != nil }
    return ReplayError(
      .groupIsActive,
      "group \(group.id) is \(group.state.rawValue) with \(group.members.count) members (\(members.prefix(5).joined(separator: ", "))): stop them first"
        + (statics ? "; a static member that was stopped counts until its session timeout is over" : ""))
  }

  private func scope(_ group: String) async throws -> OffsetScope {
    guard let id = try await admin.describeCluster().id else {
      throw ReplayError(.kafkaUnavailable, "no broker told the cluster's ID: check kafka.bootstrap_servers")
    }
    return OffsetScope(clusterID: id, group: group)
  }

  private func plan(_ request: ReplayRequest, scope: OffsetScope) async throws -> [ReplayMove] {
    let committed = try await admin.groupOffsets(request.group)
    var stored: [TopicPartition: Int64] = [:]
    if let database { stored = try await ReplayStore(scope: scope).storedOffsets(database) }
    let partitions = try await partitions(request, positioned: Set(stored.keys).union(committed.keys))
    guard !partitions.isEmpty else {
      throw ReplayError(.nothingToMove, "group \(request.group) has no position in any topic: name the topics to give it one")
    }
    var plan = ReplayPlan(stored: stored, committed: committed, log: try await admin.watermarks(for: partitions))
    if case .time(let milliseconds) = request.target {
      plan.atTime = try await admin.offsets(forTimes: Dictionary(uniqueKeysWithValues: partitions.map { ($0, milliseconds) }))
    }
    return try plan.moves(partitions, to: request.target)
  }

  private func partitions(_ request: ReplayRequest, positioned: Set<TopicPartition>) async throws -> [TopicPartition] {
    if case .offsets(let offsets) = request.target { return try await existing(Array(offsets.keys)) }
    guard !request.selection.isEmpty else {
      // A topic that was deleted leaves positions behind: they cannot be moved, and need not be.
      let topics = try await admin.describeTopics(Set(positioned.map(\.topic)).sorted())
      let there = Set(topics.filter { $0.error == nil }.flatMap(\.topicPartitions))
      return positioned.filter(there.contains).sorted()
    }
    var partitions: Set<TopicPartition> = []
    for selection in request.selection {
      partitions.formUnion(try selection.partitions(of: try await self.partitions(of: selection.topic)))
    }
    return partitions.sorted()
  }

  private func existing(_ wanted: [TopicPartition]) async throws -> [TopicPartition] {
    for topic in Set(wanted.map(\.topic)).sorted() {
      let selection = ReplaySelection(topic: topic, partitions: Set(wanted.filter { $0.topic == topic }.map(\.partition)))
      _ = try selection.partitions(of: try await partitions(of: topic))
    }
    return wanted.sorted()
  }

  private func partitions(of topic: String) async throws -> [TopicPartition] {
    guard let found = try await admin.describeTopics([topic]).first, found.error == nil, !found.partitions.isEmpty else {
      throw ReplayError(.unknownTopic, "there is no topic \(topic)")
    }
    return found.topicPartitions
  }

  private func alter(_ group: String, _ moves: [ReplayMove]) async throws {
    try await alter(group, Dictionary(uniqueKeysWithValues: moves.map { ($0.partition, $0.next) }))
  }

  private func alter(_ group: String, _ offsets: [TopicPartition: Int64]) async throws {
    let failures = try await admin.alterGroupOffsets(group, offsets)
    if let failure = failures.min(by: { $0.key < $1.key }) {
      logger.error("Kafka refused offsets", metadata: ["partitions": "\(failures.count)", "first": "\(failure.key)"])
      throw failure.value
    }
  }
}
