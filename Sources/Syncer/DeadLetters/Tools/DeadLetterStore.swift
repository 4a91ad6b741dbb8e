internal import Kafka
internal import Postgres

/// The statements about dead letters on the read database.
struct DeadLetterStore: Sendable {
  let pool: Pool
  let clusterID: String

  /// What was done, or is being done, with a letter.
  enum Action: String, Sendable {
    case replay
    case setAside = "set_aside"
    case discard

    var audit: ParkingAuditEntry.Action {
      switch self {
      case .replay: .replayLetter
      case .setAside: .setLetterAside
      case .discard: .discardLetter
      }
    }
  }

  /// A letter and what is done with it.
  struct Entry: Sendable {
    var letter: StoredDeadLetter
    var action: Action
    var target: String
  }

  /// Makes the tables where they are not there.
  func prepare() async throws {
    try await pool.withConnection { connection in
      try await ParkingMigrations.migrations.migrate(connection)
      try await DeadLetterMigrations.migrations.migrate(connection)
    }
  }

  /// One retry or discard at a time for each cluster: holds a lock of the database while `body` runs.
  func alone<Result>(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result) async throws -> Result {
    let name = "sluice dead letters \(clusterID)"
    return try await pool.withConnection { connection in
      let row = try await connection.query("SELECT pg_try_advisory_lock(hashtextextended(\(name), 0)) AS taken").single()
      guard try row["taken", as: Bool.self] else {
        throw DeadLetterToolError(.conflict, "another retry or discard of dead letters runs at this moment: wait for its end")
      }
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      _ = try await connection.query("SELECT pg_advisory_unlock(hashtextextended(\(name), 0))")
      return try result.get()
    }
  }

  /// Writes down that letters are about to be dealt with. Those that somebody else has dealt with since they were looked at are left out.
  ///
  /// - Returns: the indices of the letters that are the caller's.
  func claim(_ entries: [Entry], isForced: Bool, isDone: Bool, by actor: ParkingActor) async throws -> Set<Int> {
    guard !entries.isEmpty else { return [] }
    return try await pool.transaction { transaction in
      if isForced { try await forget(entries, transaction) }
      let rows = try await transaction.query(
        """
        INSERT INTO sluice_dead_letters
          (cluster_id, topic, partition, record_offset, action, is_done, target, origin_topic, origin_partition, origin_offset, actor, reason)
        SELECT \(clusterID), l.topic, l.partition::integer, l.record_offset, l.action, \(isDone), l.target, nullif(l.origin_topic, ''),
          nullif(l.origin_partition, -1)::integer, nullif(l.origin_offset, -1), \(StoredText.bounded(actor.name)), \(StoredText.bounded(actor.reason))
        FROM unnest(\(entries.map(\.letter.record.topic))::text[], \(entries.map { Int64($0.letter.record.partition) })::bigint[],
          \(entries.map(\.letter.record.offset))::bigint[], \(entries.map(\.action.rawValue))::text[], \(entries.map(\.target))::text[],
          \(entries.map { $0.letter.topic ?? "" })::text[], \(entries.map { Int64($0.letter.partition ?? -1) })::bigint[],
          \(entries.map { $0.letter.offset ?? -1 })::bigint[])
          AS l (topic, partition, record_offset, action, target, origin_topic, origin_partition, origin_offset)
        ON CONFLICT DO NOTHING
        RETURNING topic, partition::bigint AS partition, record_offset
        """)
      var taken: Set<DeadLetterPlace> = []
      for row in rows {
        let partition = TopicPartition(topic: try row["topic"], partition: Int32(clamping: try row["partition", as: Int64.self]))
        taken.insert(DeadLetterPlace(partition, offset: try row["record_offset"]))
      }
      let indices = Set(entries.indices.filter { taken.contains(entries[$0].letter.place) })
      if isDone { try await audit(indices.sorted().map { entries[$0] }, by: actor, transaction) }
      return indices
    }
  }

  /// The letters were acknowledged.
  func finish(_ entries: [Entry], by actor: ParkingActor) async throws {
    guard !entries.isEmpty else { return }
    try await pool.transaction { transaction in
      try await transaction.execute(
        """
        UPDATE sluice_dead_letters AS s SET is_done = true, at = clock_timestamp()
        FROM unnest(\(entries.map(\.letter.record.topic))::text[], \(entries.map { Int64($0.letter.record.partition) })::bigint[],
          \(entries.map(\.letter.record.offset))::bigint[]) AS l (topic, partition, record_offset)
        WHERE s.cluster_id = \(clusterID) AND s.topic = l.topic AND s.partition = l.partition::integer AND s.record_offset = l.record_offset
        """)
      try await audit(entries, by: actor, transaction)
    }
  }

  /// The letters were not written: the next retry may take them.
  func release(_ entries: [Entry]) async throws {
    guard !entries.isEmpty else { return }
    try await pool.transaction { try await forget(entries, $0) }
  }

  /// Letters whose replay was ended between writing them and hearing of it.
  func inDoubt(limit: Int) async throws -> [(place: DeadLetterPlace, target: String)] {
    try await pool.query(
      """
      SELECT topic, partition::bigint AS partition, record_offset, target FROM sluice_dead_letters
      WHERE cluster_id = \(clusterID) AND NOT is_done ORDER BY topic, partition, record_offset LIMIT \(Int64(limit))
      """
    ).map { row in
      let partition = TopicPartition(topic: try row["topic"], partition: Int32(clamping: try row["partition", as: Int64.self]))
      return (DeadLetterPlace(partition, offset: try row["record_offset"]), try row["target"])
    }
  }

  /// Ends the doubt: those that were found in their target are done, the others are to be done.
  func settle(_ places: [DeadLetterPlace], written: Set<DeadLetterPlace>) async throws {
    try await pool.transaction { transaction in
      for isDone in [true, false] {
        let some = places.filter { written.contains($0) == isDone }
        guard !some.isEmpty else { continue }
        let list: Query = """
          unnest(\(some.map(\.partition.topic))::text[], \(some.map { Int64($0.partition.partition) })::bigint[],
            \(some.map(\.offset))::bigint[]) AS l (topic, partition, record_offset)
          WHERE s.cluster_id = \(clusterID) AND s.topic = l.topic AND s.partition = l.partition::integer
            AND s.record_offset = l.record_offset AND NOT s.is_done
          """
        if isDone {
          try await transaction.execute("UPDATE sluice_dead_letters AS s SET is_done = true FROM \(list)")
        } else {
          try await transaction.execute("DELETE FROM sluice_dead_letters AS s USING \(list)")
        }
      }
    }
  }

  private func forget(_ entries: [Entry], _ transaction: Connection) async throws {
    try await transaction.execute(
      """
      DELETE FROM sluice_dead_letters AS s
      USING unnest(\(entries.map(\.letter.record.topic))::text[], \(entries.map { Int64($0.letter.record.partition) })::bigint[],
        \(entries.map(\.letter.record.offset))::bigint[], \(entries.map { $0.letter.topic ?? "" })::text[],
        \(entries.map { Int64($0.letter.partition ?? -1) })::bigint[], \(entries.map { $0.letter.offset ?? -1 })::bigint[])
        AS l (topic, partition, record_offset, origin_topic, origin_partition, origin_offset)
      WHERE s.cluster_id = \(clusterID)
        AND ((s.topic, s.partition::bigint, s.record_offset) = (l.topic, l.partition, l.record_offset)
          OR (s.origin_topic, s.origin_partition::bigint, s.origin_offset) = (l.origin_topic, l.origin_partition, l.origin_offset))
      """)
  }

  /// One entry for what was done with the letters of a partition at once.
  private func audit(_ entries: [Entry], by actor: ParkingActor, _ transaction: Connection) async throws {
    guard !entries.isEmpty else { return }
    try await transaction.execute(
      """
      INSERT INTO sluice_parking_audit
        (action, actor, reason, cluster_id, consumer_group, topic, partition, key, first_offset, last_offset, records, bytes)
      SELECT l.action, \(StoredText.bounded(actor.name)), \(StoredText.bounded(actor.reason)), \(clusterID), l.consumer_group, l.topic, l.partition::integer,
        CASE WHEN count(*) = 1 THEN (array_agg(l.key))[1] ELSE ''::bytea END, min(l.record_offset), max(l.record_offset), count(*), sum(l.bytes)::bigint
      FROM unnest(\(entries.map(\.action.audit.rawValue))::text[], \(entries.map { $0.letter.group ?? "" })::text[],
        \(entries.map(\.letter.record.topic))::text[], \(entries.map { Int64($0.letter.record.partition) })::bigint[],
        \(entries.map { $0.letter.record.key ?? [] })::bytea[], \(entries.map(\.letter.record.offset))::bigint[],
        \(entries.map { Int64(($0.letter.record.key?.count ?? 0) + ($0.letter.record.value?.count ?? 0)) })::bigint[])
        AS l (action, consumer_group, topic, partition, key, record_offset, bytes)
      GROUP BY l.action, l.consumer_group, l.topic, l.partition
      """)
  }
}
