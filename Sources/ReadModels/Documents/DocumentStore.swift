public import Postgres

/// Reads documents. Safe to use from any task; every call takes a connection of the pool for its one statement.
public struct DocumentStore: Sendable {
  /// The page sizes that a list allows.
  public static let limits = 1...1000

  /// The table that is read.
  public let table: DocumentTable
  private let pool: Pool

  /// Reads `table` through `pool`, which is of the read database.
  public init(table: DocumentTable, pool: Pool) {
    self.table = table
    self.pool = pool
  }

  /// The document of a key; nil where there is none, or no more.
  ///
  /// - Throws: ``DocumentQueryError/invalidKey(expected:)``, or what the database throws.
  public func get(_ key: String) async throws -> StoredDocument? {
    guard DocumentKey.isValid(key, type: table.keyType) else { throw DocumentQueryError.invalidKey(expected: table.keyType) }
    let query: Query = """
      WHERE d.key = \(key, as: table.keyType) AND d.body IS NOT NULL
      """
    let rows = try await select(query)
    return try rows.first.map(Self.document)
  }

  /// Documents that fulfil all `filters`, ordered by key.
  ///
  /// - Parameters:
  ///   - filters: The conditions; none lists all.
  ///   - cursor: ``DocumentPage/nextCursor`` of the page before; nil for the first page.
  ///   - limit: The most documents of the page, in ``limits``.
  /// - Throws: ``DocumentQueryError``, or what the database throws.
  public func list(_ filters: [DocumentFilter] = [], after cursor: String? = nil, limit: Int = 50) async throws -> DocumentPage {
    guard Self.limits.contains(limit) else { throw DocumentQueryError.invalidLimit(allowed: Self.limits) }
    var query: Query = "WHERE d.body IS NOT NULL"
    for filter in filters { query = query + "AND" + (try condition(filter)) }
    if let cursor {
      guard let key = DocumentCursor.decode(cursor), DocumentKey.isValid(key, type: table.keyType) else {
        throw DocumentQueryError.invalidCursor
      }
      query = query + "AND d.key > \(key, as: table.keyType)"
    }
    // One more than the page holds tells whether there is another page.
    query = query + "ORDER BY d.key LIMIT \(Int64(limit + 1))"
    let rows = try await select(query)
    let documents = try rows.prefix(limit).map(Self.document)
    return DocumentPage(
      documents: documents, nextCursor: rows.count > limit ? documents.last.map { DocumentCursor.encode($0.key) } : nil)
  }

  /// How many documents fulfil all `filters`.
  public func count(_ filters: [DocumentFilter] = []) async throws -> Int {
    var query: Query = "SELECT count(*) FROM \(unescaped: table.qualifiedName) d WHERE d.body IS NOT NULL"
    for filter in filters { query = query + "AND" + (try condition(filter)) }
    let statement = query
    let rows = try await pool.withConnection { try await $0.query(statement) }
    return Int(try rows.single()[0, as: Int64.self])
  }

  /// How far the read models of this database have come, per handler and partition, ordered by handler, topic and partition. What is
  /// listed is applied, and shown by every document of this table: a change that is still on its way to some of them (``FanOutWorker``) holds
  /// the positions back. Nothing can be said of a partition that is not listed.
  public func positions() async throws -> [AppliedPosition] {
    try await pool.withConnection { try await AppliedPositionStore.load(from: $0, holdingBackFor: table.qualifiedName) }
  }

  /// Documents with their positions, none of which is above a change that is still on its way to some document: a document that shows a
  /// newer change need not show that one yet.
  private func select(_ condition: Query) async throws -> Rows {
    let held = "least(d.lsn, \(FanOutStore.pendingLSN(of: table.qualifiedName)) - 1)"
    func statement(_ lsn: String) -> Query {
      "SELECT \(unescaped: Self.columns(lsn: lsn)) FROM \(unescaped: table.qualifiedName) d \(condition)"
    }
    do {
      return try await pool.withConnection { try await $0.query(statement(held)) }
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      // No syncer of this version has run here: nothing is pending.
      return try await pool.withConnection { try await $0.query(statement("d.lsn")) }
    }
  }

  static func columns(lsn: String = "d.lsn") -> String {
    "d.key::text, d.body::text, d.version, \(lsn), (extract(epoch FROM d.updated_at) * 1000000)::bigint"
  }

  static func document(_ row: Row) throws -> StoredDocument {
    StoredDocument(
      key: try row[0, as: String.self], body: row.withBytes(1) { bytes in bytes.map { Array($0) } ?? [] },
      version: try row[2, as: Int64.self],
      lsn: try row[3, as: Int64.self], updatedAt: try row[4, as: Int64.self])
  }

  private func condition(_ filter: DocumentFilter) throws(DocumentQueryError) -> Query {
    if case .search(let text) = filter {
      guard let search = table.search else { throw .invalidFilter(reason: "these documents have no full-text search") }
      try Self.check(.string(text))
      return
        "\(unescaped: search.expression(of: "d.body")) @@ websearch_to_tsquery(\(search.language, as: "regconfig"), \(text, as: "text"))"
    }
    let condition = try Self.condition(filter)
    let hint =
      switch filter {
      case .equals(let path, let value): table.containment.hint(path, value)
      case .contains(let path, let value): table.containment.hint(path + ["[]"], value)
      default: nil as (expression: String, json: String)?
      }
    guard let hint else { return condition }
    return "\(unescaped: hint.expression) @> \(hint.json, as: "jsonb") AND \(condition)"
  }

  private static func condition(_ filter: DocumentFilter) throws(DocumentQueryError) -> Query {
    switch filter {
    case .search: throw .invalidFilter(reason: "these documents have no full-text search")
    case .equals(let path, let value):
      try check(path)
      try check(value)
      return "d.body @> \(JSONFragment.nested(path, value), as: "jsonb")"
    case .contains(let path, let value):
      try check(path)
      try check(value)
      return "d.body @> \(JSONFragment.nested(path + ["[]"], value), as: "jsonb")"
    case .atLeast(let path, let bound):
      try check(path)
      try check(.number(bound))
      return "\(unescaped: numericExpression(path, of: "d.body")) >= \(bound)::numeric"
    case .atMost(let path, let bound):
      try check(path)
      try check(.number(bound))
      return "\(unescaped: numericExpression(path, of: "d.body")) <= \(bound)::numeric"
    case .containsText(let path, let text):
      try check(path)
      let pattern = "%" + text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined() + "%"
      return "d.body #>> \(path) ILIKE \(pattern, as: "text")"
    }
  }

  /// The number at a path of `body`, NULL where there is none: written the same way in filters and indexes, so that the one finds the other.
  static func numericExpression(_ path: [String], of body: String) -> String {
    let literal = pathLiteral(path)
    return "(CASE WHEN jsonb_typeof(\(body) #> \(literal)) = 'number' THEN (\(body) #>> \(literal))::numeric END)"
  }

  /// The text at a path of `body`, NULL where there is none.
  static func textExpression(_ path: [String], of body: String) -> String {
    "(\(body) #>> \(pathLiteral(path)))"
  }

  /// A path as `#>` takes it.
  static func pathLiteral(_ path: [String]) -> String {
    let elements = path.map { "\"" + $0.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "\"" }
    return SQLName.literal("{" + elements.joined(separator: ",") + "}")
  }

  private static func check(_ path: [String]) throws(DocumentQueryError) {
    if path.isEmpty || path.contains(where: \.isEmpty) { throw .invalidFilter(reason: "a path needs at least one name") }
    if path.contains(where: { $0.utf8.contains(0) }) { throw .invalidFilter(reason: "a name contains NUL") }
  }

  private static func check(_ value: DocumentValue) throws(DocumentQueryError) {
    if case .number(let number) = value, !number.isFinite { throw .invalidFilter(reason: "the number is not finite") }
    if case .string(let text) = value, text.utf8.contains(0) { throw .invalidFilter(reason: "the text contains NUL") }
  }
}
