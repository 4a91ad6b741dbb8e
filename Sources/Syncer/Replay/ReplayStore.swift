internal import Kafka
internal import Postgres

/// The statements of a replay on the read database.
struct ReplayStore: Sendable {
  let scope: OffsetScope

  /// A replay whose offsets are in the read database and perhaps not in Kafka: it was killed in between.
  struct Unfinished: Sendable {
    var id: Int64
    var target: String
    var actor: String
    var offsets: [TopicPartition: Int64]
  }

  /// All next offsets of the group; empty where the table is not there, because no syncer has ever used this database.
  func storedOffsets(_ connection: Connection) async throws -> [TopicPartition: Int64] {
    guard try await isPresent("sluice_offsets", connection) else { return [:] }
    let rows = try await connection.query(
      """
      SELECT topic, partition::bigint AS partition, next_offset FROM sluice_offsets
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
      """)
    return try Self.offsets(rows)
  }

  /// The newest replay of the group, where that was not finished.
  func unfinished(_ connection: Connection) async throws -> Unfinished? {
    guard try await isPresent("sluice_replays", connection) else { return nil }
    let rows = try await connection.query(
      """
      SELECT id, target, actor FROM (
        SELECT id, target, actor, finished_at FROM sluice_replays
        WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) ORDER BY id DESC LIMIT 1) AS newest
      WHERE finished_at IS NULL
      """)
    for row in rows {
      let id = try row["id", as: Int64.self]
      let moves = try await connection.query(
        "SELECT topic, partition::bigint AS partition, next_offset FROM sluice_replay_moves WHERE replay_id = \(id)")
      return Unfinished(
        id: id, target: try row["target", as: String.self], actor: try row["actor", as: String.self], offsets: try Self.offsets(moves))
    }
    return nil
  }

  /// Sets the stored offsets and writes the replay down, in one transaction.
  ///
  /// - Throws: ``ReplayError`` (`movedMeanwhile`) where a stored offset is not what the moves were worked out from.
  func write(_ moves: [ReplayMove], _ request: ReplayRequest, _ transaction: Connection) async throws -> Int64 {
    let topics = moves.map(\.partition.topic)
    let partitions = moves.map { Int64($0.partition.partition) }
    // The rows are locked in the order in which a syncer takes them.
    let locked = try await transaction.query(
      """
      SELECT topic, partition::bigint AS partition, next_offset FROM sluice_offsets
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
      ORDER BY topic, partition FOR UPDATE
      """)
    let found = try Self.offsets(locked)
    if let move = moves.first(where: { found[$0.partition] != $0.stored }) {
      throw ReplayError(
        .movedMeanwhile,
        "the stored offset of \(move.partition) was \(move.stored.map(String.init) ?? "absent") and is \(found[move.partition].map(String.init) ?? "absent") now: "
          + "a syncer of the group has been running; stop it and repeat")
    }
    try await transaction.execute(
      """
      INSERT INTO sluice_offsets (cluster_id, consumer_group, topic, partition, next_offset, updated_at)
      SELECT \(scope.clusterID), \(scope.group), m.topic, m.partition::integer, m.next_offset, clock_timestamp()
      FROM unnest(\(topics)::text[], \(partitions)::bigint[], \(moves.map(\.next))::bigint[]) AS m (topic, partition, next_offset)
      ON CONFLICT (cluster_id, consumer_group, topic, partition)
      DO UPDATE SET next_offset = excluded.next_offset, updated_at = excluded.updated_at
      """)
    let rows = try await transaction.query(
      """
      INSERT INTO sluice_replays (cluster_id, consumer_group, target, actor, reason)
      VALUES (\(scope.clusterID), \(scope.group), \(request.target.text), \(request.actor), \(request.reason)) RETURNING id
      """)
    let id = try rows.single()["id", as: Int64.self]
    try await transaction.execute(
      """
      INSERT INTO sluice_replay_moves (replay_id, topic, partition, stored_offset, committed_offset, next_offset)
      SELECT \(id), m.topic, m.partition::integer, nullif(m.stored, -1), nullif(m.committed, -1), m.next_offset
      FROM unnest(\(topics)::text[], \(partitions)::bigint[], \(moves.map { $0.stored ?? -1 })::bigint[],
        \(moves.map { $0.committed ?? -1 })::bigint[], \(moves.map(\.next))::bigint[]) AS m (topic, partition, stored, committed, next_offset)
      """)
    return id
  }

  /// Notes that Kafka has the offsets, too.
  func finish(_ id: Int64, _ connection: Connection) async throws {
    try await connection.execute("UPDATE sluice_replays SET finished_at = now() WHERE id = \(id) AND finished_at IS NULL")
  }

  private func isPresent(_ table: String, _ connection: Connection) async throws -> Bool {
    try await connection.query("SELECT to_regclass(\(table)) IS NOT NULL AS found").single()["found", as: Bool.self]
  }

  private static func offsets(_ rows: Rows) throws -> [TopicPartition: Int64] {
    var offsets: [TopicPartition: Int64] = [:]
    for row in rows {
      let partition = TopicPartition(
        topic: try row["topic", as: String.self], partition: Int32(clamping: try row["partition", as: Int64.self]))
      offsets[partition] = try row["next_offset", as: Int64.self]
    }
    return offsets
  }
}
