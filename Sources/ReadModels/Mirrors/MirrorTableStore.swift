internal import Postgres
internal import Syncer

/// The statements that write one mirror.
struct MirrorTableStore {
  let definition: MirrorDefinition

  /// The guard of `RowVersion.supersedes`, for the stored row `m` and the new one `excluded`.
  private static let isNewer = """
    CASE
      WHEN excluded._after IS NULL AND m._after IS NULL THEN m._lsn < excluded._lsn
      WHEN excluded._after IS NULL THEN greatest(m._lsn, m._after) < excluded._lsn
      WHEN m._after IS NULL THEN excluded._after = -1 OR greatest(excluded._lsn, excluded._after) >= m._lsn
      ELSE m._lsn < excluded._lsn OR (m._lsn = excluded._lsn AND m._deleted_at IS NOT NULL AND excluded._deleted_at IS NULL)
    END
    """

  /// Writes the rows that are newer than what is stored, and marks the deleted ones.
  ///
  /// Columns that the rows do not carry keep what they have. Rows from before the table's last truncation are left out.
  func upsert(_ rows: consuming MirrorRowSet) -> Query {
    let columns = rows.columns.map { definition.columns[$0] }
    let names = columns.map { SQLName.quoted($0.name) }
    let keyNames = definition.key.map { SQLName.quoted(definition.columns[$0].name) }
    var updates = names.filter { !keyNames.contains($0) }.map { "\($0) = excluded.\($0)" }
    for column in definition.columnsWithFormerValue where columns.contains(column) {
      let name = SQLName.quoted(column.name)
      let former = SQLName.quoted("_old_" + column.name)
      updates.append("\(former) = CASE WHEN m.\(name) IS DISTINCT FROM excluded.\(name) THEN m.\(name) END")
    }
    updates.append("_lsn = excluded._lsn")
    updates.append("_after = CASE WHEN excluded._after = -1 AND m._after IS NULL THEN m._lsn ELSE excluded._after END")
    updates.append("_ts = excluded._ts")
    updates.append("_deleted_at = excluded._deleted_at")
    let statement: Query = """
      INSERT INTO \(unescaped: definition.mirrorTable) AS m (\(unescaped: names.joined(separator: ", ")), _lsn, _after, _ts, _deleted_at)
      SELECT \(unescaped: selectList(columns)), e._lsn, e._after, e._ts, CASE WHEN e._deleted THEN now() END
      FROM (SELECT \(arrays(rows, columns)), unnest(\(array: rows.deleted, as: "boolean[]")) AS _deleted) AS e
      WHERE e._lsn > \(truncatedLSN)
      ON CONFLICT (\(unescaped: keyNames.joined(separator: ", "))) DO UPDATE SET \(unescaped: updates.joined(separator: ", "))
      WHERE \(unescaped: Self.isNewer)
      """
    return statement.prepared()
  }

  /// Adds the rows that are not there yet to a mirror without a key, unless the newest snapshot holds them.
  func insert(_ rows: consuming MirrorRowSet, digests: ArrayLiteral) -> Query {
    let columns = rows.columns.map { definition.columns[$0] }
    let names = columns.map { SQLName.quoted($0.name) + ", " }.joined()
    let statement: Query = """
      INSERT INTO \(unescaped: definition.mirrorTable) (\(unescaped: names)_lsn, _after, _ts, _row)
      SELECT \(unescaped: selectList(columns)), e._lsn, CASE WHEN e._after = -1 AND r.snapshot_lsn >= 0 THEN r.snapshot_lsn ELSE e._after END,
        e._ts, e._row
      FROM \(unescaped: definition.registryTable) AS r,
        (SELECT \(arrays(rows, columns)), unnest(\(array: digests, as: "bigint[]")) AS _row) AS e
      WHERE r.mirror = \(literal: definition.mirrorName) AND e._lsn > r.truncated_lsn
        AND (e._after = -1 OR greatest(e._lsn, e._after) >= r.snapshot_lsn)
      ON CONFLICT (_lsn, _row) DO NOTHING
      """
    return statement.prepared()
  }

  /// Lets a snapshot take the place of what it holds, the first time that one of its rows comes to a mirror without a key: rows of earlier
  /// snapshots, and inserts that were committed before it. The lock is the one of `truncate`, for the same reason.
  func beginSnapshot(lsn: Int64) -> Query {
    let name = SQLName.literal(definition.mirrorName)
    return Query(
      unescaped: """
        DO $sluice$
        BEGIN
          IF EXISTS (SELECT FROM \(definition.registryTable) WHERE mirror = \(name) AND snapshot_lsn < \(lsn)) THEN
            LOCK TABLE \(definition.mirrorTable) IN SHARE ROW EXCLUSIVE MODE;
            UPDATE \(definition.registryTable) SET snapshot_lsn = \(lsn) WHERE mirror = \(name) AND snapshot_lsn < \(lsn);
            DELETE FROM \(definition.mirrorTable) WHERE _lsn < \(lsn) AND (_after IS NULL OR (_after <> -1 AND _after < \(lsn)));
          END IF;
        END $sluice$
        """)
  }

  /// Values of stored rows, live ones and marks, as texts: first the number of the key among `keys`, then the columns.
  func values(of keys: [RowKey], columns: [Int]) -> Query {
    var arrays: Query = ""
    for (part, number) in definition.key.enumerated() {
      var texts = ArrayLiteral()
      for key in keys { key.withText(part) { texts.append(text: $0) } }
      if part > 0 { arrays = arrays + "," }
      arrays = arrays + "\(array: texts, as: definition.columns[number].parameterType + "[]")"
    }
    let key = definition.key.enumerated().map { part, number in
      let column = definition.columns[number]
      let value = column.isArray ? "w.c\(part)::\(column.mirrorType)" : "w.c\(part)"
      return "o.\(SQLName.quoted(column.name)) = \(value)"
    }
    let list = columns.map { ", o.\(SQLName.quoted(definition.columns[$0].name))::text" }.joined()
    return """
      SELECT w.n\(unescaped: list) FROM unnest(\(arrays)) WITH ORDINALITY AS w(\(unescaped: aliases(key.count)), n)
      JOIN \(unescaped: definition.mirrorTable) AS o ON \(unescaped: key.joined(separator: " AND "))
      """
  }

  /// Follows a truncation: rows written before it are marked, and the registry remembers it, so that older changes that arrive later are
  /// left out. To be run one after the other.
  ///
  /// The table lock waits for every transaction that has written rows and not yet committed: such rows could be older than the truncation
  /// and would be seen neither by it (not committed) nor see it (its registry entry not committed).
  func truncate(lsn: Int64, committedAt: Int64) -> [Query] {
    let mark: Query =
      definition.isKeyless
      ? "DELETE FROM \(unescaped: definition.mirrorTable) WHERE _lsn < \(lsn)"
      : """
      UPDATE \(unescaped: definition.mirrorTable)
      SET _deleted_at = now(), _lsn = \(lsn), _ts = timestamptz 'epoch' + \(committedAt) * interval '1 microsecond',
        _after = coalesce(_after, _lsn)
      WHERE _lsn < \(lsn) AND _deleted_at IS NULL
      """
    return [
      "LOCK TABLE \(unescaped: definition.mirrorTable) IN SHARE ROW EXCLUSIVE MODE",
      """
      UPDATE \(unescaped: definition.registryTable) SET truncated_lsn = \(lsn)
      WHERE mirror = \(definition.mirrorName) AND truncated_lsn < \(lsn)
      """,
      mark,
    ]
  }

  /// The newest truncation's LSN, -1 before the first one: read once per statement, not per row.
  private var truncatedLSN: Query {
    "(SELECT r.truncated_lsn FROM \(unescaped: definition.registryTable) r WHERE r.mirror = \(literal: definition.mirrorName))"
  }

  /// The rows' columns and versions as a list of sets of values: PostgreSQL goes through those in step, row by row, where those of a function in
  /// FROM are each written to a store of their own first.
  private func arrays(_ rows: borrowing MirrorRowSet, _ columns: [MirrorColumn]) -> Query {
    var list: Query = ""
    for (position, column) in columns.enumerated() {
      list = list + "unnest(\(rows.values[position].parameter(as: column.parameterType + "[]"))) AS c\(unescaped: String(position)),"
    }
    return list + """
      unnest(\(array: rows.lsns, as: "bigint[]")) AS _lsn, unnest(\(array: rows.afters, as: "bigint[]")) AS _after,
      unnest(\(array: rows.times, as: "timestamptz[]")) AS _ts
      """
  }

  private func selectList(_ columns: [MirrorColumn]) -> String {
    columns.enumerated().map { $1.isArray ? "e.c\($0)::\($1.mirrorType)" : "e.c\($0)" }.joined(separator: ", ")
  }

  private func aliases(_ count: Int) -> String { (0..<count).map { "c\($0)" }.joined(separator: ", ") }
}
