import Postgres

@testable import Syncer

/// Appends each record that it applies to a table in a schema that can be chosen, with nothing that would keep it from doing so twice.
struct LedgerHandler: Handler {
  var name = "ledger"
  var schema = "public"
  /// Added to each entry: what tells versions apart.
  var stamp = "old"
  var hasSideEffects = false
  /// Refuses entries of this name.
  var refused = ""
  /// Called inside the transaction, after the records are written.
  var after: @Sendable ([ChangeRecord], Connection) async throws -> Void = { _, _ in }

  /// A projection that stamps its entries with the version's number.
  static func projection(
    refused: String = "", after: @escaping @Sendable ([ChangeRecord], Connection) async throws -> Void = { _, _ in }
  ) -> VersionedProjection {
    VersionedProjection(name: "ledger", relations: [VersionedRelation(name: "ledger"), VersionedRelation(name: "ledger_names")]) {
      version in
      [
        LedgerHandler(
          name: version.handlerName(for: "ledger"), schema: version.schema(for: "public"), stamp: "v\(version.number)", refused: refused,
          after: after), LedgerHandler(name: "mailer", schema: "public", hasSideEffects: true),
      ]
    }
  }

  func prepare(_ connection: Connection) async throws {
    try await connection.executeScript(
      """
      BEGIN;
      SELECT pg_advisory_xact_lock(4712);
      CREATE TABLE IF NOT EXISTS \(schema).ledger (topic text, partition bigint, "offset" bigint, name text, stamp text);
      CREATE OR REPLACE VIEW \(schema).ledger_names AS SELECT name FROM \(schema).ledger;
      COMMIT;
      """)
  }

  func accepts(_ record: ChangeRecord) -> Bool { record.isOfItems }

  func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let names = records.map(\.itemName)
    if !refused.isEmpty, let index = names.firstIndex(of: refused) { throw RecordFailure(index: index, reason: "the name is refused") }
    try await transaction.execute(
      """
      INSERT INTO \(unescaped: schema).ledger SELECT *, \(stamp) FROM unnest(
        \(records.map(\.topic))::text[], \(records.map { Int64($0.partition) })::bigint[], \(records.map(\.offset))::bigint[], \(names)::text[])
      """)
    try await after(records, transaction)
  }
}
