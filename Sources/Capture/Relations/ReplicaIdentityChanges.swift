internal import Logging
internal import Postgres

/// Gives tables the replica identity that `replica.identity.autoset.values` says, where they have another.
struct ReplicaIdentityChanges: Sendable {
  let rules: ReplicaIdentityRules
  let connection: Connection
  let logger: Logger

  /// A table that the role may not change, or that somebody has locked, is reported and left as it is, as Debezium does.
  ///
  /// - Returns: whether a table was changed.
  /// - Throws: `PostgresError` if the connection was lost.
  func apply(to tables: [TableDescription]) async throws -> Bool {
    var hasChanged = false
    for table in tables {
      let metadata: Logger.Metadata = ["table": "\(table.qualifiedName)"]
      do {
        guard let wanted = try rules.identity(of: table.qualifiedName) else { continue }
        guard try await !has(table, wanted) else {
          logger.debug("the replica identity is as it should be", metadata: metadata)
          continue
        }
        let clause: Query =
          switch wanted {
          case .default: "DEFAULT"
          case .full: "FULL"
          case .nothing: "NOTHING"
          case .index(let name): "USING INDEX \(identifier: name)"
          }
        // Readers and writers queue behind a waiting ALTER TABLE: it may not wait for long.
        try await connection.transaction { connection in
          try await connection.execute("SET LOCAL lock_timeout = '5s'")
          try await connection.execute("ALTER TABLE \(identifier: table.schema, table.name) REPLICA IDENTITY \(clause)")
        }
        hasChanged = true
        logger.notice("replica identity set", metadata: metadata.merging(["identity": "\(wanted)"]) { $1 })
      } catch let error as PostgresError where connection.isOpen {
        logger.error(
          "the replica identity could not be set", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
      } catch let error as CaptureError {
        logger.error("the replica identity is not set", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
      }
    }
    return hasChanged
  }

  private func has(_ table: TableDescription, _ wanted: ReplicaIdentityRules.Identity) async throws -> Bool {
    switch wanted {
    case .default: return table.identity == .default
    case .full: return table.identity == .full
    case .nothing: return table.identity == .nothing
    case .index(let name):
      guard table.identity == .index else { return false }
      let rows = try await connection.query(
        """
        SELECT x.relname FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid::int8 = \(Int64(table.oid)) AND i.indisreplident
        """)
      return try rows.first?["relname", as: String.self] == name
    }
  }
}
