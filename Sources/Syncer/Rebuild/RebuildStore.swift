internal import Kafka
internal import Postgres

/// The statements on versions of read models.
struct RebuildStore: Sendable {
  let projection: String

  // MARK: Versions

  /// Takes the projection for this session, so that nobody else builds it; false where somebody does.
  func lock(_ connection: Connection) async throws -> Bool {
    try await connection.query(
      "SELECT pg_try_advisory_lock(hashtextextended('sluice.rebuild.' || \(projection), 0)) AS taken"
    ).single()["taken", as: Bool.self]
  }

  /// Gives the projection back.
  func unlock(_ connection: Connection) async throws {
    try await connection.execute("SELECT pg_advisory_unlock(hashtextextended('sluice.rebuild.' || \(projection), 0))")
  }

  /// All versions of one projection, or of all, oldest first.
  static func versions(of projection: String? = nil, _ connection: Connection) async throws -> [VersionRecord] {
    guard try await connection.query("SELECT to_regclass('sluice_versions') IS NOT NULL AS found").single()["found", as: Bool.self] else {
      return []
    }
    let rows = try await connection.query(
      """
      SELECT v.projection, v.version::bigint AS version, v.state, v.source, v.live_group, v.actor, v.progress, v.records,
        (SELECT count(*) FROM sluice_version_failures f
          WHERE f.projection = v.projection AND f.version = v.version AND NOT f.is_malformed) AS failures,
        to_char(v.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started,
        to_char(v.switched_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS switched
      FROM sluice_versions v
      WHERE \(projection)::text IS NULL OR v.projection = \(projection)::text ORDER BY v.projection, v.version
      """)
    return try rows.map { row in
      let state = try row["state", as: String.self]
      return VersionRecord(
        version: ReadModelVersion(
          projection: try row["projection", as: String.self], number: Int(try row["version", as: Int64.self])),
        state: VersionRecord.State(rawValue: state) ?? .dropped, source: try row["source", as: String.self],
        group: try row["live_group", as: String.self], actor: try row["actor", as: String.self],
        progress: try row["progress", as: String?.self], records: try row["records", as: Int64.self],
        failures: try row["failures", as: Int64.self], startedAt: try row["started", as: String.self],
        switchedAt: try row["switched", as: String?.self])
    }
  }

  /// Writes down that a new version is built; the first time also the one that is there.
  func begin(group: String, source: String, actor: String, _ transaction: Connection) async throws -> ReadModelVersion {
    try await transaction.execute(
      """
      INSERT INTO sluice_versions (projection, version, state, source, live_group, actor)
      SELECT \(projection), 1, 'live', 'syncer', \(group), 'syncer'
      WHERE NOT EXISTS (SELECT FROM sluice_versions WHERE projection = \(projection))
      """)
    let number = try await transaction.query(
      """
      INSERT INTO sluice_versions (projection, version, state, source, live_group, actor)
      SELECT \(projection), max(version) + 1, 'building', \(source), \(group), \(actor) FROM sluice_versions WHERE projection = \(projection)
      RETURNING version::bigint AS version
      """
    ).single()["version", as: Int64.self]
    return ReadModelVersion(projection: projection, number: Int(number))
  }

  /// Sets a version's state.
  func set(_ state: VersionRecord.State, of version: ReadModelVersion, _ connection: Connection) async throws {
    try await connection.execute(
      """
      UPDATE sluice_versions SET state = \(state.rawValue), updated_at = now(),
        switched_at = CASE WHEN \(state == .live) THEN now() ELSE switched_at END
      WHERE projection = \(projection) AND version = \(Int64(version.number))
      """)
  }

  /// Notes progress.
  func note(_ version: ReadModelVersion, applied records: Int64, progress: String? = nil, _ connection: Connection) async throws {
    try await connection.execute(
      """
      UPDATE sluice_versions SET records = records + \(records), progress = coalesce(\(progress)::text, progress), updated_at = now()
      WHERE projection = \(projection) AND version = \(Int64(version.number))
      """)
  }

  /// How long a statement of this transaction waits for a lock.
  func setLockTimeout(_ timeout: Duration, _ transaction: Connection) async throws {
    try await transaction.execute("SELECT set_config('lock_timeout', \("\(Int64(timeout / .milliseconds(1)))ms"), true)")
  }

  // MARK: Failures

  /// Remembers a record that could not be applied; again is no second one.
  func fail(
    _ version: ReadModelVersion, _ record: ConsumerRecord, handler: String?, reason: String, isMalformed: Bool, _ connection: Connection
  ) async throws {
    try await connection.execute(
      """
      INSERT INTO sluice_version_failures (projection, version, topic, partition, record_offset, handler, reason, is_malformed)
      VALUES (\(projection), \(Int64(version.number)), \(record.topic), \(Int64(record.partition)), \(record.offset),
        \(handler)::text, \(reason), \(isMalformed))
      ON CONFLICT DO NOTHING
      """)
  }

  /// How many records could not be applied, and the first of them.
  func failures(of version: ReadModelVersion, _ connection: Connection) async throws -> (count: Int64, first: String?) {
    let row = try await connection.query(
      """
      SELECT count(*) AS count, min(format('%s[%s] offset %s: %s', topic, partition, record_offset, reason)) AS first
      FROM sluice_version_failures WHERE projection = \(projection) AND version = \(Int64(version.number)) AND NOT is_malformed
      """
    ).single()
    return (try row["count", as: Int64.self], try row["first", as: String?.self])
  }

  // MARK: Offsets

  /// All next offsets of a scope.
  func offsets(_ scope: OffsetScope, _ connection: Connection) async throws -> [TopicPartition: Int64] {
    try Self.offsets(
      try await connection.query(
        """
        SELECT topic, partition::bigint AS partition, next_offset FROM sluice_offsets
        WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
        """))
  }

  /// The same, held until the transaction ends: nobody moves them. In the order in which a syncer takes them.
  func lockedOffsets(_ scope: OffsetScope, _ transaction: Connection) async throws -> [TopicPartition: Int64] {
    try Self.offsets(
      try await transaction.query(
        """
        SELECT topic, partition::bigint AS partition, next_offset FROM sluice_offsets
        WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) ORDER BY topic, partition FOR UPDATE
        """))
  }

  /// The lanes of the partitions that are divided, and how far each has come.
  func lanes(_ scope: OffsetScope, _ connection: Connection) async throws -> [TopicPartition: LaneProgress] {
    let rows = try await connection.query(
      """
      SELECT topic, partition::bigint AS partition, l.next_offset
      FROM sluice_lanes AS l JOIN sluice_offsets AS o USING (cluster_id, consumer_group, topic, partition)
      WHERE o.cluster_id = \(scope.clusterID) AND o.consumer_group = \(scope.group) AND o.lanes > 1 AND o.lanes_offset = o.next_offset
      ORDER BY topic, partition, l.lane
      """)
    var lanes: [TopicPartition: LaneProgress] = [:]
    for row in rows {
      lanes[try Self.partition(of: row), default: LaneProgress(next: [])].next.append(try row["next_offset", as: Int64.self])
    }
    return lanes
  }

  /// Sets the lanes of a version that nobody writes, after its offsets.
  func put(_ lanes: [TopicPartition: LaneProgress], _ scope: OffsetScope, _ transaction: Connection) async throws {
    for (partition, progress) in lanes.sorted(by: { $0.key < $1.key }) {
      let number = Int64(partition.partition)
      try await transaction.execute(
        """
        UPDATE sluice_offsets SET lanes = \(Int64(progress.count))::integer, lanes_offset = next_offset
        WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) AND topic = \(partition.topic) AND partition = \(number)
        """)
      try await transaction.execute(
        """
        INSERT INTO sluice_lanes (cluster_id, consumer_group, topic, partition, lane, next_offset)
        SELECT \(scope.clusterID), \(scope.group), \(partition.topic), \(number)::integer, (m.position - 1)::integer, m.next_offset
        FROM unnest(\(progress.next)::bigint[]) WITH ORDINALITY AS m (next_offset, position)
        """)
    }
  }

  /// Sets the offsets of a version that nobody writes.
  func put(_ offsets: [TopicPartition: Int64], _ scope: OffsetScope, _ transaction: Connection) async throws {
    let ordered = offsets.sorted { $0.key < $1.key }
    try await transaction.execute(
      """
      INSERT INTO sluice_offsets (cluster_id, consumer_group, topic, partition, next_offset, updated_at)
      SELECT \(scope.clusterID), \(scope.group), m.topic, m.partition::integer, m.next_offset, clock_timestamp()
      FROM unnest(\(ordered.map(\.key.topic))::text[], \(ordered.map { Int64($0.key.partition) })::bigint[],
        \(ordered.map(\.value))::bigint[]) AS m (topic, partition, next_offset)
      ON CONFLICT (cluster_id, consumer_group, topic, partition)
      DO UPDATE SET next_offset = excluded.next_offset, lanes = 1, lanes_offset = NULL, updated_at = excluded.updated_at
      """)
    try await forgetLanes(scope, transaction)
  }

  /// Forgets the offsets of a version.
  func forgetOffsets(_ scope: OffsetScope, _ transaction: Connection) async throws {
    try await transaction.execute(
      "DELETE FROM sluice_offsets WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)")
    try await forgetLanes(scope, transaction)
  }

  private func forgetLanes(_ scope: OffsetScope, _ transaction: Connection) async throws {
    try await transaction.execute(
      "DELETE FROM sluice_lanes WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)")
  }

  private static func offsets(_ rows: Rows) throws -> [TopicPartition: Int64] {
    var offsets: [TopicPartition: Int64] = [:]
    for row in rows { offsets[try partition(of: row)] = try row["next_offset", as: Int64.self] }
    return offsets
  }

  private static func partition(of row: Row) throws -> TopicPartition {
    TopicPartition(topic: try row["topic", as: String.self], partition: Int32(clamping: try row["partition", as: Int64.self]))
  }
}
