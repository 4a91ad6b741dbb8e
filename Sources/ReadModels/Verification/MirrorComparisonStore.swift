internal import ChangeEvents
internal import Postgres

/// Reads the digests of one side of a comparison.
struct MirrorComparisonStore {
  let definition: MirrorDefinition
  let options: EncodingOptions
  let isSource: Bool

  /// What reads one side while its transaction is open.
  struct Reader {
    let store: MirrorComparisonStore
    let connection: Connection
    var rows: Cursor.Iterator
  }

  /// Calls `body` with a reader over one snapshot.
  func reading<Value: Sendable>(
    _ connection: Connection, _ chunkSize: Int, _ body: (Reader) async throws -> Value
  ) async throws -> Value {
    try await connection.transaction(TransactionOptions(isolation: .repeatableRead, isReadOnly: true)) { transaction in
      // Both sides must write the same value as the same text, whatever their settings are.
      try await transaction.executeScript(
        """
        SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';
        SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1
        """)
      let rows = transaction.cursor(digests, fetching: chunkSize).makeAsyncIterator()
      return try await body(Reader(store: self, connection: transaction, rows: rows))
    }
  }

  var table: String {
    isSource ? SQLName.qualified(definition.sourceSchema, definition.sourceTable) : definition.mirrorView
  }

  var digest: String { "md5(ROW(\(definition.columns.map { canonical($0) }.joined(separator: ", ")))::text)" }

  private var key: String {
    let columns = definition.key.map { SQLName.quoted(definition.columns[$0].name) + "::text" }
    return columns.count == 1 ? columns[0] : "ARRAY[\(columns.joined(separator: ", "))]::text"
  }

  private var digests: Query {
    // Ordered by bytes, so that two databases with different collations have one order.
    if definition.isKeyless {
      return Query(
        unescaped: """
          SELECT r.digest, r.digest, count(*) FROM (SELECT \(digest) AS digest FROM \(table)) r
          GROUP BY r.digest ORDER BY r.digest COLLATE "C"
          """)
    }
    return Query(
      unescaped: "SELECT r.k, r.digest, 1::bigint FROM (SELECT \(key) AS k, \(digest) AS digest FROM \(table)) r ORDER BY r.k COLLATE \"C\""
    )
  }

  fileprivate func columnDigests(of key: String) -> Query {
    let columns = definition.columns.map { "md5(\(canonical($0)))" }.joined(separator: ", ")
    return "SELECT ARRAY[\(unescaped: columns)] FROM \(unescaped: table) WHERE \(unescaped: self.key) = \(key, as: "text")"
  }

  /// A column's value as text, reduced to what events of the connector's modes carry.
  func canonical(_ column: MirrorColumn, of alias: String? = nil) -> String {
    let name = (alias.map { $0 + "." } ?? "") + SQLName.quoted(column.name)
    let type = column.mirrorType
    if column.isArray { return "\(name)::text" }
    if type == "money" { return options.decimalHandling == .double ? "\(name)::numeric::float8::text" : "\(name)::numeric::text" }
    if type.hasPrefix("numeric"), options.decimalHandling == .double { return "\(name)::float8::text" }
    if type.hasPrefix("time"), type.hasSuffix("with time zone"), !type.hasPrefix("timestamp") {
      return "(\(name) AT TIME ZONE 'UTC')::text"
    }
    if type.hasPrefix("interval"), options.intervalHandling == .numeric { return Self.microseconds(name) }
    if options.timePrecision == .connect {
      if type.hasPrefix("timestamp"), type.hasSuffix("without time zone") { return "date_trunc('milliseconds', \(name))::text" }
      if type.hasPrefix("time"), type.hasSuffix("without time zone") { return "date_trunc('milliseconds', \(name)::interval)::text" }
    }
    return "\(name)::text"
  }

  /// An interval as Debezium counts it: a month has 365.25 / 12 days.
  private static func microseconds(_ name: String) -> String {
    """
    ((extract(year FROM \(name)) * 12 + extract(month FROM \(name))) * 2629800000000 + extract(day FROM \(name)) * 86400000000
    + extract(hour FROM \(name)) * 3600000000 + extract(minute FROM \(name)) * 60000000 + extract(second FROM \(name)) * 1000000)::bigint::text
    """
  }
}

extension MirrorComparisonStore.Reader {
  /// The next rows; empty after the last.
  mutating func next() async throws -> [RowDigest] {
    guard let chunk = try await rows.next() else { return [] }
    return try chunk.map { row throws in
      let count = try row[2, as: Int64.self]
      return RowDigest(key: Self.bytes(row, 0), digest: Self.bytes(row, 1), count: Int(count))
    }
  }

  private static func bytes(_ row: Postgres.Row, _ column: Int) -> [UInt8] {
    row.withBytes(column) { bytes in bytes.map { Array($0) } ?? [] }
  }

  /// A digest per column of the row with a key; empty where there is none.
  func columnDigests(of key: String) async throws -> [String?] {
    try await connection.query(store.columnDigests(of: key)).first.map { try $0[0, as: [String?].self] } ?? []
  }
}
