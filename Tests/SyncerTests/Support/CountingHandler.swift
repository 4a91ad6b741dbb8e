import Postgres

@testable import Syncer

/// Writes down each record that it applies, with nothing that would keep it from doing so twice: an offset that stands there twice was
/// applied twice.
struct CountingHandler: Handler {
  let name = "counting"
  /// Called inside the transaction, after the records are written.
  var after: @Sendable ([ChangeRecord], Connection) async throws -> Void = { _, _ in }

  func prepare(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      BEGIN;
      SELECT pg_advisory_xact_lock(4711);
      CREATE TABLE IF NOT EXISTS counted (topic text, partition bigint, "offset" bigint, name text CHECK (name <> 'forbidden'));
      COMMIT;
      """)
  }

  func accepts(_ record: ChangeRecord) -> Bool { record.isOfItems }

  func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let names = records.map(\.itemName)
    try await transaction.execute(
      """
      INSERT INTO counted SELECT * FROM unnest(
        \(records.map(\.topic))::text[], \(records.map { Int64($0.partition) })::bigint[], \(records.map(\.offset))::bigint[], \(names)::text[])
      """)
    try await after(records, transaction)
  }
}
