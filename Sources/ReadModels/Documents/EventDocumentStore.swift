public import Postgres

/// Documents that handlers of events write: read before, folded by the handler, written behind a guard on the version, all in the batch's
/// transaction.
///
/// The guard makes a repeat harmless: an event whose version is not above the stored one changes nothing. A handler skips such events when
/// it folds, and throws a `RecordFailure` where a version is missing between.
public struct EventDocumentStore: Sendable {
  /// The table that is written; the same value makes a ``DocumentStore`` that reads it.
  public let table: DocumentTable

  /// Writes `table`.
  public init(table: DocumentTable) {
    self.table = table
  }

  /// Creates the table; call it from the handler's `prepare`. Repeatable.
  public func prepare(_ connection: Connection) async throws {
    try await DocumentMigrator.prepare(table, on: connection)
  }

  /// The stored documents of `keys`, locked until the transaction ends. Deleted ones are there with an empty body; keys never seen are absent.
  public func load(_ keys: some Sequence<String>, in transaction: Connection) async throws -> [String: StoredDocument] {
    let keys = Array(Set(keys)).sorted()
    guard !keys.isEmpty else { return [:] }
    let query: Query = """
      SELECT \(unescaped: DocumentStore.columns()) FROM \(unescaped: table.qualifiedName) d
      WHERE d.key = ANY(\(textArray: keys, as: table.keyType + "[]")) ORDER BY d.key FOR UPDATE
      """
    let rows = try await transaction.query(query)
    return try Dictionary(rows.map { try DocumentStore.document($0) }.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Stores `documents`, each only where its version is above the stored one. Several of one key count as the newest of them.
  ///
  /// - Returns: how many were stored.
  @discardableResult
  public func store(_ documents: some Sequence<EventDocument>, in transaction: Connection) async throws -> Int {
    var newest: [String: EventDocument] = [:]
    for document in documents where newest[document.key].map({ $0.version < document.version }) ?? true {
      newest[document.key] = document
    }
    let documents = newest.values.sorted { $0.key < $1.key }
    guard !documents.isEmpty else { return 0 }
    var bodies = ArrayLiteral()
    for document in documents { bodies.append(document.body) }
    let query: Query = """
      INSERT INTO \(unescaped: table.qualifiedName) AS d (key, version, lsn, body, updated_at)
      SELECT n.key, n.version, n.lsn, n.body, now()
      FROM unnest(\(textArray: documents.map(\.key), as: table.keyType + "[]"), \(documents.map(\.version)), \(documents.map(\.lsn)),
        \(array: bodies, as: "jsonb[]")) AS n(key, version, lsn, body)
      ON CONFLICT (key) DO UPDATE
        SET version = excluded.version, lsn = greatest(d.lsn, excluded.lsn), body = excluded.body, updated_at = excluded.updated_at
        WHERE d.version < excluded.version
      """
    return try await transaction.execute(query)
  }
}
