public import Postgres

extension ConnectorConfiguration {
  /// The tables that this connector captures now, as `schema.table`, in alphabetical order.
  ///
  /// - Parameter connection: to the connector's database; any role that can connect may read the catalogue.
  /// - Throws: `CaptureError` (configuration) where `table.include.list` names a table that is not there; `PostgresError`.
  public func capturedTables(on connection: Connection) async throws -> [String] {
    let tables = try await SourceCatalog(connection: connection, publication: publicationName).capturedTables(self)
    try checkIncludeList(tables)
    return tables.map(\.qualifiedName)
  }

  /// An entry of `table.include.list` without a table is a mistake, unless it is an expression, which may wait for tables to come.
  ///
  /// - Returns: the expressions that match none of the tables.
  @discardableResult
  func checkIncludeList(_ tables: [TableDescription]) throws(CaptureError) -> [String] {
    guard case .including(let patterns) = tableFilter.rule else { return [] }
    var waiting: [String] = []
    for pattern in patterns where !tables.contains(where: { pattern.matches($0.qualifiedName) }) {
      let literal = pattern.source.split(separator: "\\.", omittingEmptySubsequences: false).joined(separator: ".")
      guard literal.contains(where: { "*+?[](){}|^$\\".contains($0) }) else {
        throw .configuration(
          "\(origin): key \"table.include.list\" names \"\(literal)\", which is no table of \(database); expected <schema>.<table>")
      }
      waiting.append(pattern.source)
    }
    return waiting
  }
}
