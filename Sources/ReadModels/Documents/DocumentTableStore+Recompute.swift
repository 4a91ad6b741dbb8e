internal import Postgres

/// The statements that compute documents anew.
extension DocumentTableStore {
  /// Computes the documents of `keys` anew and stores those that differ; those without a root are deleted. Whoever calls it holds the documents'
  /// locks, or has the table for itself: what is stored is read once, and is the same still when it is replaced.
  ///
  /// A document whose body stays the same keeps its version; its LSN moves on, so that a reader who waits for a change sees that it has
  /// been taken in.
  func recompute(_ keys: TouchedValues) -> Query {
    let ordered = keys.sorted { $0.key < $1.key }
    let keyArray: Query = "\(textArray: ordered.map(\.key), as: definition.keyType + "[]")"
    let statement: Query = """
      WITH sluice_touched AS MATERIALIZED (
        SELECT t.key, t.lsn, \(unescaped: stored)
        FROM unnest(\(keyArray), \(ordered.map(\.value))) AS t(key, lsn)
        LEFT JOIN \(unescaped: definition.location.qualifiedName) d ON d.key = t.key),
      sluice_fresh AS MATERIALIZED (\(recomputing(keyArray)))
      \(unescaped: storing)
      """
    return Self.planned(statement, for: keys.count)
  }

  /// The same, with no more computed than the touched parts, where the definition says how.
  func recompute(_ documents: TouchedDocuments) -> Query {
    guard let partialTemplate, documents.values.contains(where: { $0.parts != .all }) else {
      return recompute(documents.mapValues(\.lsn) as TouchedValues)
    }
    let ordered = documents.sorted { $0.key < $1.key }
    let keyArray: Query = "\(textArray: ordered.map(\.key), as: definition.keyType + "[]")"
    let statement: Query = """
      WITH sluice_touched AS MATERIALIZED (
        SELECT t.key, t.lsn, \(unescaped: stored),
          CASE WHEN d.body IS NULL THEN \(unescaped: String(DocumentParts.all.bits)) ELSE t.parts END AS parts
        FROM unnest(\(keyArray), \(ordered.map(\.value.lsn)), \(ordered.map(\.value.parts.bits))) AS t(key, lsn, parts)
        LEFT JOIN \(unescaped: definition.location.qualifiedName) d ON d.key = t.key),
      sluice_fresh AS MATERIALIZED (\(partialTemplate.query(keys: keyArray)))
      \(unescaped: storing)
      """
    return Self.planned(statement, for: documents.count)
  }

  /// The declared statement with each `$1` bound to the keys of this batch.
  func recomputing(_ keys: Query) -> Query { template.query(keys: keys) }

  /// What is stored of a document.
  private var stored: String { "d.body, d.version AS stored_version, d.lsn AS stored_lsn, d.updated_at AS stored_at" }

  /// From what was touched, and what was computed of it, to the table. Bodies are compared once: each comparison unpacks both.
  private var storing: String {
    """
    INSERT INTO \(definition.location.qualifiedName) AS d (key, version, lsn, body, updated_at)
    SELECT n.key, CASE WHEN n.is_changed THEN greatest(n.stored_version + 1, n.lsn, 1) ELSE n.stored_version END,
      greatest(n.lsn, n.stored_lsn, 0), n.body, CASE WHEN n.is_changed THEN now() ELSE n.stored_at END
    FROM (
      SELECT t.key, t.lsn, t.stored_version, t.stored_lsn, t.stored_at, f.body, t.body IS DISTINCT FROM f.body AS is_changed
      FROM sluice_touched t LEFT JOIN sluice_fresh f ON f.key = t.key OFFSET 0) n
    WHERE n.is_changed OR n.body IS NOT NULL AND n.stored_lsn < n.lsn
    ON CONFLICT (key) DO UPDATE SET
      version = greatest(d.version, excluded.version), lsn = greatest(d.lsn, excluded.lsn), updated_at = excluded.updated_at, body = excluded.body
    """
  }
}
