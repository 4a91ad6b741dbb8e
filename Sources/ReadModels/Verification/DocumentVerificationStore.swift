internal import Postgres

/// Reads documents beside what their declaration makes of the mirrors now.
struct DocumentVerificationStore: Sendable {
  let store: DocumentTableStore

  /// Where keys come from.
  enum Side: CaseIterable {
    /// The mirror's root rows.
    case roots
    /// The documents.
    case documents
  }

  /// A document that is not what the mirrors make of it.
  struct Difference: Sendable, Hashable {
    var key: String
    var kind: MirrorDifference.Kind
    var expected: String?
    var stored: String?
  }

  private var table: String { store.definition.location.qualifiedName }

  /// The next keys in their order.
  func keys(of side: Side, after last: String?, limit: Int, _ connection: Connection) async throws -> [String] {
    let query: Query
    switch side {
    case .roots: query = try store.rootKeys(after: last, limit: limit)
    case .documents:
      let start: Query = last.map { "AND d.key > \($0, as: store.definition.keyType)" } ?? ""
      query = """
        SELECT d.key::text FROM \(unescaped: table) d WHERE d.body IS NOT NULL \(start) ORDER BY d.key LIMIT \(Int64(limit))
        """
    }
    return try await connection.query(query).map { try $0[0, as: String.self] }
  }

  /// Those of `keys` whose document differs, seen at one moment.
  func differences(_ keys: [String], _ connection: Connection) async throws -> [Difference] {
    guard !keys.isEmpty else { return [] }
    let keyArray: Query = "\(textArray: keys, as: store.definition.keyType + "[]")"
    let query: Query = """
      WITH sluice_fresh AS MATERIALIZED (\(store.recomputing(keyArray)))
      SELECT t.key::text, f.body::text, d.body::text FROM unnest(\(keyArray)) AS t(key)
      LEFT JOIN sluice_fresh f ON f.key = t.key LEFT JOIN \(unescaped: table) d ON d.key = t.key
      WHERE f.body IS DISTINCT FROM d.body
      """
    return try await connection.query(query).map { row in
      let expected = try row[1, as: String?.self]
      let stored = try row[2, as: String?.self]
      return Difference(
        key: try row[0, as: String.self], kind: expected == nil ? .extra : stored == nil ? .missing : .different, expected: expected,
        stored: stored)
    }
  }
}
