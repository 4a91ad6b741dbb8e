internal import Postgres
internal import Syncer

/// The statements of a document projection.
struct DocumentTableStore {
  let definition: DocumentDefinition
  let mirrors: MirrorSet
  let template: StatementTemplate
  let partialTemplate: StatementTemplate?

  init(definition: DocumentDefinition, mirrors: MirrorSet) {
    self.definition = definition
    self.mirrors = mirrors
    template = StatementTemplate(definition.recompute)
    partialTemplate = definition.partial.map { StatementTemplate($0.statement) }
  }

  /// A statement that begins with `count` values or keys. One with few is planned once for all: they are looked up by an index, one by one, and
  /// planning that anew takes several times as long as doing it (six milliseconds for a document of seven tables). The best plan for many depends
  /// on how many there are.
  static func planned(_ statement: Query, for count: Int) -> Query { count <= 1000 ? statement.prepared() : statement }

  /// Settings for the rest of the transaction.
  ///
  /// Compiling the recomputing statement to machine code costs more than it saves: it is planned anew for each large batch. And its rows were written
  /// a moment ago or belong to what is read all the time, so that they are found in memory: with the cost of a disk's seek for each, whole
  /// tables of a few hundred rows are read for every document, which takes twice as long. The others are those on which the texts of values
  /// depend: a document must not change with a session's.
  static let prepareTransaction = settings.prepared()

  private static let settings: Query = """
    SELECT set_config('jit', 'off', true), set_config('random_page_cost', '1.1', true), set_config('TimeZone', 'UTC', true),
      set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'iso_8601', true), set_config('bytea_output', 'hex', true),
      set_config('extra_float_digits', '1', true)
    """

  /// The values, old and new, of `columns` in the rows that a batch has changed: result rows of (column's number, value, LSN).
  func touchedValues(of rows: ChangedRows, columns: [String]) -> Query {
    let mirror = rows.table.definition
    let former = Set(mirror.columnsWithFormerValue.map(\.name))
    var selections: [String] = []
    for (number, column) in columns.enumerated() {
      selections.append("SELECT \(number) AS c, r.\(SQLName.quoted(column))::text AS v, r._lsn FROM r")
      if former.contains(column) {
        selections.append("SELECT \(number), r.\(SQLName.quoted("_old_" + column))::text, r._lsn FROM r")
      }
    }
    var changed: Query = ""
    if !rows.keys.isEmpty {
      let names = mirror.key.map { SQLName.quoted(mirror.columns[$0].name) }
      var arrays: Query = ""
      for part in mirror.key.indices {
        var literal = ArrayLiteral(reservingBytes: rows.keys.count * 16)
        for key in rows.keys { key.withText(part) { literal.append(text: $0) } }
        if part > 0 { arrays = arrays + "," }
        arrays = arrays + "\(array: literal, as: mirror.columns[mirror.key[part]].mirrorType + "[]")"
      }
      let join = names.enumerated().map { "m.\($1) = k.c\($0)" }.joined(separator: " AND ")
      changed = """
        SELECT m.* FROM unnest(\(arrays)) AS k(\(unescaped: names.indices.map { "c\($0)" }.joined(separator: ", ")))
        JOIN \(unescaped: mirror.mirrorTable) m ON \(unescaped: join)
        """
    }
    for lsn in rows.truncations {
      if !changed.sql.isEmpty { changed = changed + "UNION ALL" }
      changed = changed + "SELECT m.* FROM \(unescaped: mirror.mirrorTable) m WHERE m._deleted_at IS NOT NULL AND m._lsn = \(lsn)"
    }
    let statement: Query = """
      WITH r AS MATERIALIZED (\(changed))
      SELECT t.c, t.v, max(t._lsn) FROM (\(unescaped: selections.joined(separator: " UNION ALL "))) t
      WHERE t.v IS NOT NULL GROUP BY t.c, t.v
      """
    // How many truncations there are is a part of the text.
    return rows.truncations.isEmpty ? statement.prepared() : statement
  }

  /// Keys as PostgreSQL writes them: locks go by the text, and `042` is key 42.
  func normalized(_ keys: [String]) -> Query {
    "SELECT k::text FROM unnest(\(textArray: keys, as: definition.keyType + "[]")) AS k"
  }

  /// Takes locks in the order given and holds them until the transaction ends.
  func lock(_ locks: [DocumentLocks.Lock]) -> Query {
    let statement: Query = """
      SELECT CASE WHEN l.shared THEN pg_advisory_xact_lock_shared(l.key)::text ELSE pg_advisory_xact_lock(l.key)::text END
      FROM unnest(\(locks.map(\.key)), \(locks.map(\.isShared))) AS l(key, shared)
      """
    return statement.prepared()
  }

  /// Where a step leads from `values`: result rows of (value, LSN). Deleted rows lead on, too: their documents have to forget them.
  func follow(_ hop: DocumentHop, from values: TouchedValues) throws(MirrorError) -> Query {
    let (mirror, match) = try arrival(hop)
    let ordered = Array(values)
    let statement: Query = """
      SELECT m.\(identifier: hop.then)::text, max(k.lsn)
      FROM unnest(\(textArray: ordered.map(\.key), as: Self.lookup(match) + "[]"), \(ordered.map(\.value))) AS k(v, lsn)
      JOIN \(unescaped: mirror.mirrorTable) m ON m.\(identifier: hop.match) = k.v
      WHERE m.\(identifier: hop.then) IS NOT NULL GROUP BY 1
      """
    return Self.planned(statement, for: values.count)
  }

  /// As ``follow(_:from:)``, as long as the values lead to `limit` rows at the most together; those that lead to the most rows are returned
  /// instead of followed: result rows of (value, LSN, whether it is one of those).
  func follow(_ hop: DocumentHop, from values: TouchedValues, atMost limit: Int) throws(MirrorError) -> Query {
    let (mirror, match) = try arrival(hop)
    let ordered = Array(values)
    let statement: Query = """
      WITH counted AS MATERIALIZED (
        SELECT k.v, k.lsn, (
          SELECT count(*) FROM (SELECT FROM \(unescaped: mirror.mirrorTable) m WHERE m.\(identifier: hop.match) = k.v LIMIT \(Int64(limit + 1))) c
        ) AS n FROM unnest(\(textArray: ordered.map(\.key), as: Self.lookup(match) + "[]"), \(ordered.map(\.value))) AS k(v, lsn)),
      split AS MATERIALIZED (SELECT v, lsn, sum(n) OVER (ORDER BY n, v) <= \(Int64(limit)) AS near FROM counted WHERE n > 0)
      SELECT m.\(identifier: hop.then)::text, max(k.lsn), false
      FROM split k JOIN \(unescaped: mirror.mirrorTable) m ON m.\(identifier: hop.match) = k.v
      WHERE k.near AND m.\(identifier: hop.then) IS NOT NULL GROUP BY 1
      UNION ALL SELECT v::text, lsn, true FROM split WHERE NOT near
      """
    return Self.planned(statement, for: values.count)
  }

  /// The next values that a step leads to from one value, in their order: result rows of one text.
  ///
  /// - Parameters:
  ///   - cursor: The last value of the page before; nil for the first one.
  ///   - bound: The last value of interest; nil for all.
  func page(
    _ hop: DocumentHop, from value: String, after cursor: String?, through bound: String?, limit: Int
  ) throws(MirrorError) -> Query {
    let (mirror, match) = try arrival(hop)
    // The key of a root with several key columns is a generated text.
    let generated = hop.then == MirrorDefinition.compositeKeyColumn ? "text" : nil
    guard let type = generated ?? mirror.columns.first(where: { $0.name == hop.then })?.mirrorType else { throw unknown(hop) }
    let column: Query = "m.\(identifier: hop.then)"
    let after: Query = cursor.map { "\(column) > \($0, as: type)" } ?? "\(column) IS NOT NULL"
    let through: Query = bound.map { "AND \(column) <= \($0, as: type)" } ?? ""
    return """
      SELECT p.v::text FROM (
        SELECT \(column) AS v FROM \(unescaped: mirror.mirrorTable) m
        WHERE m.\(identifier: hop.match) = \(value, as: Self.lookup(match)) AND \(after) \(through)
        GROUP BY \(column) ORDER BY \(column) LIMIT \(Int64(limit))) p ORDER BY p.v
      """
  }

  /// How many rows a step leads to from one value; no more than `limit` are counted.
  func reached(by hop: DocumentHop, from value: String, limit: Int64) throws(MirrorError) -> Query {
    let (mirror, match) = try arrival(hop)
    return """
      SELECT count(*) FROM (
        SELECT FROM \(unescaped: mirror.mirrorTable) m WHERE m.\(identifier: hop.match) = \(value, as: Self.lookup(match)) LIMIT \(limit)) c
      """
  }

  /// The type in which a value is looked up: it may come from a wider column of whole numbers, and then not fit the narrower one.
  private static func lookup(_ column: MirrorColumn) -> String { ValueType(column.mirrorType) == .integer ? "bigint" : column.mirrorType }

  private func arrival(_ hop: DocumentHop) throws(MirrorError) -> (mirror: MirrorDefinition, match: MirrorColumn) {
    guard let mirror = mirrors.definition(mirrorName: hop.table), let match = mirror.columns.first(where: { $0.name == hop.match }) else {
      throw unknown(hop)
    }
    return (mirror, match)
  }

  private func unknown(_ hop: DocumentHop) -> MirrorError {
    MirrorError(.unknownReference, "document \(definition.name) is made from \(hop.table), which is not mirrored")
  }

  /// Documents whose root has no row in the mirror, live or deleted: result rows of (key, LSN).
  func keysWithoutRoot(limit: Int) throws(MirrorError) -> Query {
    guard let mirror = mirrors.definition(mirrorName: definition.rootTable) else {
      throw MirrorError(.unknownReference, "document \(definition.name) is made from \(definition.rootTable), which is not mirrored")
    }
    return """
      SELECT d.key::text, d.lsn FROM \(unescaped: definition.location.qualifiedName) d WHERE d.body IS NOT NULL
        AND NOT EXISTS (SELECT FROM \(unescaped: mirror.mirrorTable) m WHERE m.\(identifier: definition.rootColumn) = d.key)
      ORDER BY d.key LIMIT \(Int64(limit))
      """
  }

  /// Keys of root rows, live or deleted, after `last` in the key's order: result rows of (key, LSN).
  func rootKeys(after last: String?, limit: Int) throws(MirrorError) -> Query {
    guard let mirror = mirrors.definition(mirrorName: definition.rootTable) else {
      throw MirrorError(.unknownReference, "document \(definition.name) is made from \(definition.rootTable), which is not mirrored")
    }
    let column = SQLName.quoted(definition.rootColumn)
    let start: Query = last.map { "WHERE m.\(unescaped: column) > \($0, as: definition.keyType)" } ?? ""
    return """
      SELECT m.\(unescaped: column)::text, m._lsn FROM \(unescaped: mirror.mirrorTable) m \(start)
      ORDER BY m.\(unescaped: column) LIMIT \(Int64(limit))
      """
  }
}
