public import Postgres

extension ConnectorConfiguration {
  /// The tables that this connector captures now, as `schema.table`, in alphabetical order.
  ///
  /// - Parameter connection: to the connector's database; any role that can connect may read the catalogue.
  public func capturedTables(on connection: Connection) async throws -> [String] {
    try await SourceCatalog(connection: connection).capturedTables(self).map(\.qualifiedName)
  }
}
