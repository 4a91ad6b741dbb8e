internal import Postgres
internal import Syncer

/// The statements that build a version of a document table from the mirrors.
struct DocumentVersionStore {
  let definition: DocumentDefinition
  let mirrors: MirrorSet
  let version: ReadModelVersion

  /// The definition with the version's table.
  var placed: DocumentDefinition {
    var placed = definition
    placed.schema = version.schema(for: definition.schema)
    return placed
  }

  private var live: String { definition.location.qualifiedName }
  private var own: String { placed.location.qualifiedName }
  /// Keys of live documents that have changed.
  private var changes: String { SQLName.qualified(placed.schema, definition.table + "_changes") }
  private var note: String { SQLName.qualified(placed.schema, definition.table + "_note") }
  private var trigger: String { SQLName.quoted("sluice_v\(version.number)") }

  func capture(_ connection: Connection) async throws {
    let found = try await connection.query("SELECT to_regclass(\(changes)) IS NOT NULL AS found").single()["found", as: Bool.self]
    guard !found else { return }
    // One transaction: where the table is, the trigger is. It waits for those who are writing the live table.
    try await connection.executeScript(
      """
      BEGIN;
      SET LOCAL lock_timeout = '10s';
      CREATE TABLE \(changes) (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key \(definition.keyType) NOT NULL);
      CREATE FUNCTION \(note)() RETURNS trigger LANGUAGE plpgsql AS $sluice$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          INSERT INTO \(changes) (key) VALUES (OLD.key);
        ELSE
          INSERT INTO \(changes) (key) VALUES (NEW.key);
        END IF;
        RETURN NULL;
      END $sluice$;
      CREATE TRIGGER \(trigger) AFTER INSERT OR UPDATE OR DELETE ON \(live) FOR EACH ROW EXECUTE FUNCTION \(note)();
      COMMIT
      """)
  }

  func release(_ transaction: Connection) async throws {
    try await transaction.executeScript(
      "DROP TRIGGER IF EXISTS \(trigger) ON \(live); DROP FUNCTION IF EXISTS \(note)(); DROP TABLE IF EXISTS \(changes)")
  }

  func copy(after last: String?, limit: Int, _ transaction: Connection) async throws -> (count: Int, last: String?) {
    let rows = try await transaction.query(
      try DocumentTableStore(definition: placed, mirrors: mirrors).rootKeys(after: last, limit: limit))
    var keys: TouchedValues = [:]
    for row in rows { keys.touch(try row[0, as: String.self], lsn: try row[1, as: Int64.self]) }
    try await recompute(keys, transaction)
    if rows.count < limit { try await copyMarks(transaction) }
    return (rows.count, try rows.last?[0, as: String.self])
  }

  func follow(limit: Int, _ transaction: Connection) async throws -> Int {
    let query: Query = """
      WITH gone AS (
        DELETE FROM \(unescaped: changes) WHERE number IN (SELECT number FROM \(unescaped: changes) ORDER BY number LIMIT \(Int64(limit)))
        RETURNING key)
      SELECT g.key::text, coalesce(max(l.lsn), 0), count(*) FROM gone g LEFT JOIN \(unescaped: live) l ON l.key = g.key GROUP BY g.key
      """
    var keys: TouchedValues = [:]
    var count = 0
    for row in try await transaction.query(query) {
      keys.touch(try row[0, as: String.self], lsn: try row[1, as: Int64.self])
      count += Int(try row[2, as: Int64.self])
    }
    try await recompute(keys, transaction)
    return count
  }

  func count(after last: String?, _ connection: Connection) async throws -> Int64 {
    guard let mirror = mirrors.definition(mirrorName: definition.rootTable) else { return 0 }
    let column = SQLName.quoted(definition.rootColumn)
    let query: Query =
      if let last {
        "SELECT count(*) FROM \(unescaped: mirror.mirrorTable) m WHERE m.\(unescaped: column) > \(last, as: definition.keyType)"
      } else {
        "SELECT count(*) FROM \(unescaped: mirror.mirrorTable)"
      }
    return try await connection.query(query).single()[0, as: Int64.self]
  }

  func waiting(_ connection: Connection) async throws -> Int64 {
    try await connection.query("SELECT count(*) FROM \(unescaped: changes)").single()[0, as: Int64.self]
  }

  func compare(_ connection: Connection) async throws {
    try await connection.execute(
      """
      INSERT INTO \(unescaped: changes) (key)
      SELECT coalesce(l.key, o.key) FROM \(unescaped: live) l FULL JOIN \(unescaped: own) o ON o.key = l.key
      WHERE l.key IS NULL OR o.key IS NULL OR (l.version, l.lsn, l.updated_at) IS DISTINCT FROM (o.version, o.lsn, o.updated_at)
      """, timeout: .seconds(3600))
  }

  /// Computes one live document, with the lock that its projection takes.
  func recomputeLive(_ key: String, _ transaction: Connection) async throws -> Bool {
    let statements = DocumentTableStore(definition: definition, mirrors: mirrors)
    _ = try await transaction.query(DocumentTableStore.prepareTransaction)
    let key = try await transaction.query(statements.normalized([key])).single()[0, as: String.self]
    var locks = DocumentLocks()
    locks.add("document:" + live, [key], shared: false)
    _ = try await transaction.query(statements.lock(locks.ordered()))
    let stored = try await transaction.query("SELECT lsn FROM \(unescaped: live) WHERE key = \(key, as: definition.keyType)")
    let lsn = try stored.first?[0, as: Int64.self] ?? 0
    return try await transaction.query(statements.recompute([key: lsn])).affectedRows > 0
  }

  /// Computes documents, and gives them versions that go on where the live ones are: who has one by its version is told when it is another.
  private func recompute(_ keys: TouchedValues, _ transaction: Connection) async throws {
    guard !keys.isEmpty else { return }
    _ = try await transaction.query(DocumentTableStore.prepareTransaction)
    _ = try await transaction.query(DocumentTableStore(definition: placed, mirrors: mirrors).recompute(keys))
    let texts = keys.keys.sorted()
    let query: Query = """
      UPDATE \(unescaped: own) AS n SET lsn = greatest(n.lsn, l.lsn),
        version = CASE WHEN n.body IS NOT DISTINCT FROM l.body THEN l.version ELSE greatest(n.version, l.version + 1) END,
        updated_at = CASE WHEN n.body IS NOT DISTINCT FROM l.body THEN l.updated_at ELSE n.updated_at END
      FROM \(unescaped: live) AS l
      WHERE l.key = n.key AND n.key = ANY(\(textArray: texts, as: definition.keyType + "[]"))
      """
    try await transaction.execute(query)
  }

  /// Marks of deleted documents keep their versions.
  private func copyMarks(_ transaction: Connection) async throws {
    let query: Query = """
      INSERT INTO \(unescaped: own) (key, version, lsn, body, updated_at)
      SELECT key, version, lsn, body, updated_at FROM \(unescaped: live) WHERE body IS NULL ON CONFLICT DO NOTHING
      """
    try await transaction.execute(query)
  }
}
