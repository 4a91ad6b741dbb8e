internal import ChangeEvents
internal import Postgres

/// Reads rows of one side by their keys.
struct MirrorVerificationStore: Sendable {
  let definition: MirrorDefinition
  let options: EncodingOptions
  let isSource: Bool

  /// Both sides must write the same value as the same text, whatever their settings are.
  static let session = """
    SET timezone = 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1
    """

  private var comparison: MirrorComparisonStore {
    MirrorComparisonStore(definition: definition, options: options, isSource: isSource)
  }

  private var keyColumns: [MirrorColumn] { definition.key.map { definition.columns[$0] } }

  /// The mirror's own table: the technical columns are not in the view.
  private var table: String {
    isSource
      ? SQLName.qualified(definition.sourceSchema, definition.sourceTable)
      : "(SELECT * FROM \(definition.mirrorTable) WHERE _deleted_at IS NULL)"
  }

  private var version: String { isSource ? "t.xmin::text" : "t._lsn::text" }

  private var selection: String {
    let key = keyColumns.map { "t.\(SQLName.quoted($0.name))::text" }.joined(separator: ", ")
    let values = definition.columns.map { comparison.canonical($0, of: "t") }.joined(separator: ", ")
    return "ARRAY[\(key)]::text[], md5(ROW(\(values))::text), \(version)"
  }

  /// The next rows in the order of the key, which is the side's own order.
  func chunk(after last: [String]?, limit: Int, _ connection: Connection) async throws -> [(key: [String], row: VerifiedRow)] {
    let columns = keyColumns.map { "t.\(SQLName.quoted($0.name))" }
    var start: Query = ""
    if let last {
      var values: Query = ""
      for (index, (column, value)) in zip(keyColumns, last).enumerated() {
        if index > 0 { values = values + "," }
        values = values + "\(value, as: column.mirrorType)"
      }
      start = "WHERE (\(unescaped: columns.joined(separator: ", "))) > (\(values))"
    }
    let query: Query = """
      SELECT \(unescaped: selection) FROM \(unescaped: table) t \(start)
      ORDER BY \(unescaped: columns.joined(separator: ", ")) LIMIT \(Int64(limit))
      """
    return try await rows(query, connection)
  }

  /// The rows of these keys; those that are not there are left out.
  func rows(of keys: [[String]], _ connection: Connection) async throws -> [[String]: VerifiedRow] {
    guard !keys.isEmpty else { return [:] }
    let query: Query = "SELECT \(unescaped: selection) FROM \(wanted(keys)) JOIN \(unescaped: table) t ON \(unescaped: join)"
    return Dictionary(try await rows(query, connection).map { ($0.key, $0.row) }, uniquingKeysWith: { first, _ in first })
  }

  /// All values of one row as text, in the order of the columns, as events carry them; nil where it is not there.
  func values(of key: [String], _ connection: Connection) async throws -> [String?]? {
    let columns = definition.columns.map { comparison.canonical($0, of: "t") + "::text" }.joined(separator: ", ")
    let query: Query = """
      SELECT ARRAY[\(unescaped: columns)]::text[] FROM \(wanted([key])) JOIN \(unescaped: table) t ON \(unescaped: join)
      """
    return try await connection.query(query).first.map { try $0[0, as: [String?].self] }
  }

  private func wanted(_ keys: [[String]]) -> Query {
    var arrays: Query = ""
    for (index, column) in keyColumns.enumerated() {
      if index > 0 { arrays = arrays + "," }
      arrays = arrays + "\(textArray: keys.map { $0[index] }, as: column.mirrorType + "[]")"
    }
    let names = keyColumns.indices.map { "c\($0)" }.joined(separator: ", ")
    return "unnest(\(arrays)) AS w(\(unescaped: names))"
  }

  private var join: String {
    keyColumns.enumerated().map { "t.\(SQLName.quoted($1.name)) = w.c\($0)" }.joined(separator: " AND ")
  }

  private func rows(_ query: Query, _ connection: Connection) async throws -> [(key: [String], row: VerifiedRow)] {
    try await connection.query(query).map { row in
      (
        try row[0, as: [String].self],
        VerifiedRow(digest: try row[1, as: String.self], version: try row[2, as: String.self])
      )
    }
  }
}
