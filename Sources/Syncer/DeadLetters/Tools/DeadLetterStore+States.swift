internal import Kafka
internal import Postgres

extension DeadLetterStore {
  /// What has become of letters, in their order. Where the tables are not there, nothing has.
  func states(_ letters: [StoredDeadLetter]) async throws -> [DeadLetterState] {
    guard !letters.isEmpty else { return [] }
    return try await pool.withConnection { connection in
      let found = try await connection.query(
        """
        SELECT to_regclass('sluice_dead_letters') IS NOT NULL AS letters, to_regclass('sluice_parking_audit') IS NOT NULL AS parking
        """
      ).single()
      var states = letters.map { _ in DeadLetterState.waiting }
      // What is known of the letter itself comes last and counts, but for a key that is parked now.
      if try found["parking", as: Bool.self] { try await addResolved(letters, &states, connection) }
      if try found["letters", as: Bool.self] { try await addDone(letters, &states, connection) }
      if try found["parking", as: Bool.self] { try await addParked(letters, &states, connection) }
      return states
    }
  }

  private func addParked(_ letters: [StoredDeadLetter], _ states: inout [DeadLetterState], _ connection: Connection) async throws {
    let rows = try await connection.query(
      """
      SELECT l.n, k.id, k.state, k.records
      FROM unnest(\(letters.map { $0.group ?? "" })::text[], \(letters.map { $0.topic ?? "" })::text[],
        \(letters.map { Int64($0.partition ?? -1) })::bigint[], \(letters.map { $0.offset ?? -1 })::bigint[],
        \(letters.map { KeyHash.of($0.record.key ?? []) })::bigint[]) WITH ORDINALITY AS l (consumer_group, topic, partition, record_offset, key_hash, n)
      JOIN sluice_parked_keys AS k ON k.cluster_id = \(clusterID) AND k.consumer_group = l.consumer_group AND k.topic = l.topic
        AND k.partition = l.partition::integer AND k.key_hash = l.key_hash
      JOIN sluice_parked_records AS r ON r.key_id = k.id AND r.record_offset = l.record_offset AND r.kind = 'failed'
      """)
    for row in rows {
      let index = Int(try row["n", as: Int64.self]) - 1
      guard states.indices.contains(index) else { continue }
      let records: Int64 = try row["records"]
      let state: String = try row["state"]
      states[index] = .parked(
        key: try row["id"], behind: max(0, records - 1), isRetrying: state == ParkedKey.State.retrying.rawValue)
    }
  }

  /// The audit tells which queues were applied, and which records were dropped from one.
  private func addResolved(_ letters: [StoredDeadLetter], _ states: inout [DeadLetterState], _ connection: Connection) async throws {
    let rows = try await connection.query(
      """
      SELECT DISTINCT ON (l.n) l.n, a.action
      FROM unnest(\(letters.map { $0.group ?? "" })::text[], \(letters.map { $0.topic ?? "" })::text[],
        \(letters.map { Int64($0.partition ?? -1) })::bigint[], \(letters.map { $0.offset ?? -1 })::bigint[],
        \(letters.map { $0.record.key ?? [] })::bytea[]) WITH ORDINALITY AS l (consumer_group, topic, partition, record_offset, key, n)
      JOIN sluice_parking_audit AS a ON a.cluster_id = \(clusterID) AND a.consumer_group = l.consumer_group AND a.topic = l.topic
        AND a.partition = l.partition::integer AND a.key = l.key AND l.record_offset BETWEEN a.first_offset AND a.last_offset
        AND a.action IN ('resolved', 'discard_record', 'discard_key')
      ORDER BY l.n, a.action = 'resolved', a.id DESC
      """)
    for row in rows {
      let index = Int(try row["n", as: Int64.self]) - 1
      guard states.indices.contains(index) else { continue }
      states[index] = try row["action", as: String.self] == ParkingAuditEntry.Action.resolved.rawValue ? .resolved : .discarded
    }
  }

  private func addDone(_ letters: [StoredDeadLetter], _ states: inout [DeadLetterState], _ connection: Connection) async throws {
    let rows = try await connection.query(
      """
      SELECT l.n, d.action, d.is_done, d.target,
        (d.topic, d.partition::bigint, d.record_offset) = (l.topic, l.partition, l.record_offset) AS is_itself
      FROM unnest(\(letters.map(\.record.topic))::text[], \(letters.map { Int64($0.record.partition) })::bigint[],
        \(letters.map(\.record.offset))::bigint[], \(letters.map { $0.topic ?? "" })::text[], \(letters.map { Int64($0.partition ?? -1) })::bigint[],
        \(letters.map { $0.offset ?? -1 })::bigint[])
        WITH ORDINALITY AS l (topic, partition, record_offset, origin_topic, origin_partition, origin_offset, n)
      JOIN LATERAL (
        SELECT * FROM sluice_dead_letters AS s
        WHERE s.cluster_id = \(clusterID) AND s.topic = l.topic AND s.partition = l.partition::integer AND s.record_offset = l.record_offset
        UNION
        SELECT * FROM sluice_dead_letters AS s
        WHERE s.cluster_id = \(clusterID) AND s.origin_topic = l.origin_topic AND s.origin_partition = l.origin_partition::integer
          AND s.origin_offset = l.origin_offset) AS d ON true
      ORDER BY l.n, is_itself
      """)
    for row in rows {
      let index = Int(try row["n", as: Int64.self]) - 1
      guard states.indices.contains(index) else { continue }
      let target: String = try row["target"]
      guard try row["is_itself", as: Bool.self] else {
        states[index] = .duplicate
        continue
      }
      guard try row["is_done", as: Bool.self] else {
        states[index] = .inDoubt(target: target)
        continue
      }
      states[index] =
        switch Action(rawValue: try row["action", as: String.self]) {
        case .replay: .replayed(to: target)
        case .setAside: .setAside(to: target)
        case .discard, nil: .discarded
        }
    }
  }
}
