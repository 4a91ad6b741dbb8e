public import Postgres
internal import Synchronization

/// Reads the documents of a declared projection. What the declaration does not tell, the type of the keys, is asked of the database when
/// the first document is read: the table may be made after this program has started.
public final class DeclaredDocumentStore: Sendable {
  private let declaration: ProjectionDeclaration
  private let pool: Pool
  private let known = Mutex<DocumentStore?>(nil)

  /// Reads the documents of `declaration` through `pool`, which is of the read database.
  public init(_ declaration: ProjectionDeclaration, pool: Pool) {
    self.declaration = declaration
    self.pool = pool
  }

  /// The document of a key; nil where there is none, or no more.
  ///
  /// - Throws: ``DocumentQueryError/invalidKey(expected:)``, or what the database throws.
  public func get(_ key: String) async throws -> StoredDocument? { try await store().get(key) }

  /// Documents that fulfil all `filters`, as ``DocumentStore/list(_:after:limit:)``.
  public func list(_ filters: [DocumentFilter], after cursor: String?, limit: Int) async throws -> DocumentPage {
    try await store().list(filters, after: cursor, limit: limit)
  }

  private func store() async throws -> DocumentStore {
    if let store = known.withLock({ $0 }) { return store }
    var table = DocumentTable(
      schema: declaration.schema, table: declaration.table, containment: declaration.containment, search: declaration.search)
    let name = table.qualifiedName
    let rows = try await pool.withConnection { connection in
      try await connection.query(
        """
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        WHERE a.attrelid = \(name, as: "regclass") AND a.attname = 'key' AND NOT a.attisdropped
        """)
    }
    table.keyType = try rows.single()[0, as: String.self]
    let store = DocumentStore(table: table, pool: pool)
    known.withLock { $0 = store }
    return store
  }
}
