/// What Debezium tells about an initial snapshot.
///
/// The order of the additional data is that of its hash map. Source: Debezium 3.6, `InitialSnapshotNotificationService`.
struct InitialSnapshotNotifications: Sendable {
  let service: NotificationService
  /// `topic.prefix`.
  let connector: String

  func started() { send("STARTED", [("connector_name", connector)]) }
  func completed() { send("COMPLETED", [("connector_name", connector)]) }
  func aborted() { send("ABORTED", [("connector_name", connector)]) }
  func skipped() { send("SKIPPED", [("connector_name", connector)]) }

  func inProgress(_ table: String, of tables: [String]) {
    send(
      "IN_PROGRESS",
      [("current_collection_in_progress", table), ("connector_name", connector), ("data_collections", tables.joined(separator: ","))])
  }

  func scanned(_ table: String, rows: Int, of tables: [String]) {
    send(
      "TABLE_SCAN_COMPLETED",
      [
        ("scanned_collection", table), ("connector_name", connector), ("total_rows_scanned", "\(rows)"),
        ("data_collections", tables.joined(separator: ",")), ("status", "SUCCEEDED"),
      ])
  }

  func failed(_ table: String) {
    send("TABLE_SCAN_COMPLETED", [("connector_name", connector), ("scanned_collection", table), ("status", "SQL_EXCEPTION")])
  }

  /// - Parameters:
  ///   - index: of the chunk, from 0.
  ///   - rows: of the table so far.
  func chunkInProgress(_ table: String, index: Int, of chunks: Int, rows: Int) {
    send(
      "TABLE_CHUNK_IN_PROGRESS",
      [
        ("current_collection_in_progress", table), ("chunk_index", "\(index)"), ("connector_name", connector),
        ("total_chunks", "\(chunks)"),
        ("total_rows_scanned", "\(rows)"),
      ])
  }

  func chunkScanned(_ table: String, index: Int, of chunks: Int, tables: [String]) {
    send(
      "TABLE_CHUNK_COMPLETED",
      [
        ("chunk_index", "\(index)"), ("scanned_collection", table), ("connector_name", connector), ("total_chunks", "\(chunks)"),
        ("data_collections", tables.joined(separator: ",")), ("status", "SUCCEEDED"),
      ])
  }

  private func send(_ type: String, _ data: [(name: String, value: String)]) {
    service.send(CaptureNotification(aggregateType: "Initial Snapshot", type: type, additionalData: data))
  }
}
