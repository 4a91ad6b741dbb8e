/// Names of the metrics: Debezium's as its dashboards know them, and ours.
enum CaptureMetricNames {
  /// An attribute of Debezium's MBeans. Dashboards know it under either of two names: as the configuration of the JMX exporter in Debezium's
  /// own examples makes it (`debezium_metrics_MilliSecondsBehindSource`), and in lower case (`debezium_metrics_milliseconds_behind_source`).
  static func debezium(_ attribute: String) -> [String] {
    var lower = ""
    for (i, character) in attribute.replacing("MilliSeconds", with: "Milliseconds").enumerated() {
      if character.isUppercase, i > 0 { lower.append("_") }
      lower.append(contentsOf: character.lowercased())
    }
    return ["debezium_metrics_\(attribute)", "debezium_metrics_\(lower)"]
  }

  /// WAL that the server keeps for the slot, bytes.
  static let retained = "sluice_capture_retained_wal_bytes"
  /// `wal_status` of the slot: 1 at the label that it has.
  static let walStatus = "sluice_capture_wal_status"
  /// What may still be written before the slot is in danger of being lost, bytes; absent without `max_slot_wal_keep_size`.
  static let safeSize = "sluice_capture_safe_wal_size_bytes"
  /// From the last change's commit to its delivery, seconds; 0 when idle.
  static let behind = "sluice_capture_seconds_behind"
  /// How much of the snapshot is read, 0 to 1.
  static let snapshotProgress = "sluice_capture_snapshot_progress_ratio"
  /// Rows that snapshots read.
  static let snapshotRows = "sluice_capture_snapshot_rows"
  /// The confirmed position as a number.
  static let confirmed = "sluice_capture_confirmed_lsn"
  /// Attempts to store the offset that failed and were made again; until one succeeds the slot stays where it is.
  static let offsetSaveFailures = "sluice_capture_offset_save_failures_total"
  /// Connections that were lost.
  static let reconnects = "sluice_capture_reconnects_total"
}
