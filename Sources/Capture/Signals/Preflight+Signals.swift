internal import Logging
internal import Postgres

/// What signals need of the source. A signal table may be made later, so that nothing here stops a start.
extension Preflight {
  func warnAboutSignals(_ tables: [TableDescription]) async throws {
    guard let name = configuration.signals.table else { return }
    guard let table = tables.first(where: { $0.qualifiedName == name }) else {
      return logger.warning(
        "signal.data.collection names no table: incremental snapshots cannot mark their windows before it is there",
        metadata: ["table": "\(name)", "expected": "(id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))"])
    }
    guard table.columns.count >= 3 else {
      return logger.warning(
        "the signal table has too few columns: expected id, type and data",
        metadata: ["table": "\(name)", "found": "\(table.columns.count)"])
    }
    guard !configuration.signals.isReadOnly else { return }
    let right = configuration.signals.watermarking == .insertDelete ? "INSERT, DELETE" : "INSERT"
    let row = try await connection.query(
      """
      SELECT has_table_privilege(oid, 'INSERT') AND (\(right == "INSERT") OR has_table_privilege(oid, 'DELETE')) AS allowed
      FROM pg_class WHERE oid::int8 = \(Int64(table.oid))
      """
    ).first
    guard let row, try !row["allowed", as: Bool.self] else { return }
    logger.warning(
      "the role may not write the signal table: incremental snapshots cannot mark their windows; run GRANT, or set read.only to true",
      metadata: ["table": "\(name)", "rights": "\(right)"])
  }
}
