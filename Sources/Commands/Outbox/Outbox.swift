import FoundationEssentials
public import Postgres

/// The transactional outbox: rows that are inserted and deleted in one transaction, so that the table stays empty while the WAL
/// carries the messages in the order of commits (polling an outbox by its serial number loses rows that commit late).
public struct Outbox: Sendable {
  /// Creates an outbox over `sluice.outbox` (see ``CommandMigrations``).
  public init() {}

  /// Sends messages in order, with the caller's transaction: they exist if and only if it commits.
  ///
  /// - Throws: the database's error, for example for a payload that is not JSON.
  public func send(_ messages: [OutboxMessage], on connection: Connection) async throws {
    guard !messages.isEmpty else { return }
    let ids = messages.map(\.id.uuidString)
    let payloads = messages.map { $0.payload.map { String(decoding: $0, as: UTF8.self) } }
    let insert: Query = """
      INSERT INTO sluice.outbox (id, aggregatetype, aggregateid, type, payload, version, created_at)
      SELECT m.id::uuid, m.aggregatetype, m.aggregateid, m.type, m.payload::jsonb, m.version, clock_timestamp()
      FROM unnest(\(ids)::text[], \(messages.map(\.aggregateType))::text[], \(messages.map(\.aggregateID))::text[],
        \(messages.map(\.type))::text[], \(textArray: payloads, as: "text[]"), \(messages.map(\.version))::bigint[])
        WITH ORDINALITY AS m(id, aggregatetype, aggregateid, type, payload, version, n)
      ORDER BY m.n
      """
    for result in try await connection.pipeline([insert, Self.deletion(of: ids)]) { _ = try result.get() }
  }

  /// The statement that empties the outbox again, in the transaction that filled it.
  static func deletion(of ids: [String]) -> Query {
    "DELETE FROM sluice.outbox WHERE id = ANY(\(ids)::text[]::uuid[])"
  }
}
