internal import Postgres

/// The statements that compute documents anew.
extension DocumentTableStore {
  /// Computes the documents of `keys` anew and stores those that differ; those without a root are deleted.
  ///
  /// A document whose body stays the same keeps its version; its LSN moves on, so that a reader who waits for a change sees that it has
  /// been taken in.
  func recompute(_ keys: TouchedValues) -> Query {
    let ordered = keys.sorted { $0.key < $1.key }
    let keyArray: Query = "\(textArray: ordered.map(\.key), as: definition.keyType + "[]")"
    let statement: Query = """
      WITH sluice_touched AS MATERIALIZED (
        SELECT t.key, t.lsn FROM unnest(\(keyArray), \(ordered.map(\.value))) AS t(key, lsn)),
      sluice_fresh AS MATERIALIZED (\(recomputing(keyArray)))
      \(unescaped: storing)
      """
    return Self.planned(statement, for: keys.count)
  }

  /// The same, with no more computed than the touched parts, where the definition says how.
  func recompute(_ documents: TouchedDocuments) -> Query {
    guard let partial = definition.partial, documents.values.contains(where: { $0.parts != .all }) else {
      return recompute(documents.mapValues(\.lsn) as TouchedValues)
    }
    let ordered = documents.sorted { $0.key < $1.key }
    let keyArray: Query = "\(textArray: ordered.map(\.key), as: definition.keyType + "[]")"
    let statement: Query = """
      WITH sluice_touched AS MATERIALIZED (
        SELECT t.key, t.lsn, d.body, CASE WHEN d.body IS NULL THEN \(unescaped: String(DocumentParts.all.bits)) ELSE t.parts END AS parts
        FROM unnest(\(keyArray), \(ordered.map(\.value.lsn)), \(ordered.map(\.value.parts.bits))) AS t(key, lsn, parts)
        LEFT JOIN \(unescaped: definition.location.qualifiedName) d ON d.key = t.key),
      sluice_fresh AS MATERIALIZED (\(Self.statement(partial.statement, keys: keyArray)))
      \(unescaped: storing)
      """
    return Self.planned(statement, for: documents.count)
  }

  /// The declared statement with each `$1` bound to the keys of this batch.
  func recomputing(_ keys: Query) -> Query { Self.statement(definition.recompute, keys: keys) }

  private static func statement(_ text: String, keys: Query) -> Query {
    let pieces = text.split(separator: "$1", omittingEmptySubsequences: false)
    var query = Query(unescaped: String(pieces[0]))
    for piece in pieces.dropFirst() { query = "\(query)\(keys)\(unescaped: String(piece))" }
    return query
  }

  /// From what was touched, and what was computed of it, to the table.
  private var storing: String {
    let table = definition.location.qualifiedName
    return """
      INSERT INTO \(table) AS d (key, version, lsn, body, updated_at)
      SELECT t.key, greatest(t.lsn, 1), greatest(t.lsn, 0), f.body, now()
      FROM sluice_touched t LEFT JOIN sluice_fresh f ON f.key = t.key
      WHERE f.body IS NOT NULL OR EXISTS (SELECT 1 FROM \(table) x WHERE x.key = t.key AND x.body IS NOT NULL)
      ON CONFLICT (key) DO UPDATE SET
        version = CASE WHEN d.body IS DISTINCT FROM excluded.body THEN greatest(d.version + 1, excluded.version) ELSE d.version END,
        updated_at = CASE WHEN d.body IS DISTINCT FROM excluded.body THEN excluded.updated_at ELSE d.updated_at END,
        lsn = greatest(d.lsn, excluded.lsn), body = excluded.body
      WHERE d.body IS DISTINCT FROM excluded.body OR d.lsn < excluded.lsn
      """
  }
}
