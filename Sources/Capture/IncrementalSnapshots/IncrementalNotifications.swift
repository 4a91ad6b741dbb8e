/// What Debezium tells about an incremental snapshot.
///
/// The order of the additional data is that of its hash map. Source: Debezium 3.6, `IncrementalSnapshotNotificationService`.
struct IncrementalNotifications: Sendable {
  let service: NotificationService
  /// `topic.prefix`.
  let connector: String

  func send(_ events: [IncrementalMachine.Event], id: String?) {
    for event in events { send(event, id: id) }
  }

  private func send(_ event: IncrementalMachine.Event, id: String?) {
    let own = [(name: "connector_name", value: connector)]
    switch event {
    case .started(let tables): send("STARTED", own + Self.list(tables), id)
    case .paused(let tables): send("PAUSED", own + Self.list(tables), id)
    case .resumed(let tables): send("RESUMED", own + Self.list(tables), id)
    case .aborted(let tables): send("ABORTED", own + Self.list(tables), id)
    case .completed: send("COMPLETED", own, id)
    case .inProgress(let table, let maximum, let last, let tables):
      send(
        "IN_PROGRESS",
        [("current_collection_in_progress", table)] + own + [("maximum_key", Self.key(maximum))] + Self.list(tables)
          + [("last_processed_key", Self.key(last))], id)
    case .scanned(let table, let rows, let status, let tables):
      send(
        "TABLE_SCAN_COMPLETED",
        [("scanned_collection", table)] + own + [("total_rows_scanned", "\(rows)")] + Self.list(tables) + [("status", status.rawValue)],
        id)
    }
  }

  private static func list(_ tables: [String]) -> [(name: String, value: String)] {
    [("data_collections", tables.joined(separator: ","))]
  }

  private static func key(_ values: [String?]) -> String { values.map { $0 ?? "<null>" }.joined(separator: ",") }

  private func send(_ type: String, _ data: [(name: String, value: String)], _ id: String?) {
    service.send(CaptureNotification(aggregateType: "Incremental Snapshot", type: type, additionalData: data, id: id))
  }
}
