/// Names of the metrics: Debezium's as its dashboards know them, and ours.
enum CaptureMetricNames {
  static let connected = "debezium_metrics_connected"
  static let behind = "debezium_metrics_milliseconds_behind_source"
  static let sinceLastEvent = "debezium_metrics_milliseconds_since_last_event"
  static let events = "debezium_metrics_total_number_of_events_seen"
  static let creates = "debezium_metrics_total_number_of_create_events_seen"
  static let updates = "debezium_metrics_total_number_of_update_events_seen"
  static let deletes = "debezium_metrics_total_number_of_delete_events_seen"
  static let filtered = "debezium_metrics_number_of_events_filtered"
  static let erroneous = "debezium_metrics_number_of_erroneous_events"
  static let transactions = "debezium_metrics_number_of_committed_transactions"
  static let queueLimit = "debezium_metrics_max_queue_size_in_bytes"
  static let queueUsed = "debezium_metrics_current_queue_size_in_bytes"
  static let snapshotRunning = "debezium_metrics_snapshot_running"
  static let snapshotCompleted = "debezium_metrics_snapshot_completed"
  static let snapshotRows = "debezium_metrics_rows_scanned"
  static let snapshotTables = "debezium_metrics_total_table_count"
  static let snapshotTablesLeft = "debezium_metrics_remaining_table_count"
  static let snapshotSeconds = "debezium_metrics_snapshot_duration_in_seconds"
  /// WAL that the server keeps for the slot, bytes.
  static let retained = "sluice_capture_retained_wal_bytes"
  /// The confirmed position as a number.
  static let confirmed = "sluice_capture_confirmed_lsn"
  /// Connections that were lost.
  static let reconnects = "sluice_capture_reconnects_total"
}
