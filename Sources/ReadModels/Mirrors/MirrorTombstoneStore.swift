public import Postgres

extension MirrorTombstones {
  /// Removes one step's worth of marks that are older than the retention from each mirror and document table. To be called now and then
  /// (each minute, say), and again at once while it returns `stepSize` or more.
  ///
  /// - Returns: how many marks were removed from the table that had the most.
  @discardableResult
  public func prune(
    mirrors: MirrorSet, documents: [DocumentTable] = [], on connection: Connection
  ) async throws -> Int {
    let seconds = Double(retention.components.seconds)
    var most = 0
    for definition in mirrors.definitions where !definition.isKeyless {
      let step: Query = """
        DELETE FROM \(unescaped: definition.mirrorTable) WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM \(unescaped: definition.mirrorTable)
          WHERE _deleted_at < now() - \(seconds) * interval '1 second' ORDER BY _deleted_at LIMIT \(Int64(stepSize))
          FOR UPDATE SKIP LOCKED))
        """
      most = max(most, try await connection.execute(step))
    }
    for table in documents {
      let step: Query = """
        DELETE FROM \(unescaped: table.qualifiedName) WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM \(unescaped: table.qualifiedName)
          WHERE body IS NULL AND updated_at < now() - \(seconds) * interval '1 second' ORDER BY updated_at LIMIT \(Int64(stepSize))
          FOR UPDATE SKIP LOCKED))
        """
      most = max(most, try await connection.execute(step))
    }
    return most
  }
}
