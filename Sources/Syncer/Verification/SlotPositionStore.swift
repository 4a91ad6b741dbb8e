internal import Postgres

/// How far the source and its slots are.
struct SlotPositionStore: Sendable {
  let slots: [String]

  /// The position behind everything that is committed now.
  ///
  /// A server that is idle does not tell those who follow it that it is: a transaction that changes nothing makes it look again.
  func position(_ source: Connection) async throws -> LSN {
    let rows = try await source.query("SELECT pg_current_wal_insert_lsn()::text")
    let text = try rows.single()[0, as: String.self]
    guard let position = LSN(text) else { throw BarrierError(reason: "the source's position was expected, found \(text)") }
    _ = try await source.query("SELECT pg_current_xact_id()")
    return position
  }

  /// The slots that have not confirmed a position, with where they are.
  func behind(_ position: LSN, _ source: Connection) async throws -> [String] {
    let rows = try await source.query(
      """
      SELECT s.name, coalesce(r.confirmed_flush_lsn::text, CASE WHEN r.slot_name IS NULL THEN 'missing' ELSE 'nowhere' END)
      FROM unnest(\(slots)::text[]) AS s(name) LEFT JOIN pg_replication_slots r ON r.slot_name = s.name
      WHERE r.confirmed_flush_lsn IS NULL OR r.confirmed_flush_lsn < \(position.description)::pg_lsn ORDER BY 1
      """)
    guard !rows.isEmpty else { return [] }
    _ = try await source.query("SELECT pg_current_xact_id()")
    return try rows.map { "\(try $0[0, as: String.self]) at \(try $0[1, as: String.self])" }
  }
}
