internal import Metrics

/// A capture's metrics. Gauges are set from what the capture knows, so that a scrape never computes.
struct CaptureMetrics: Sendable {
  private let streaming: [(String, String)]
  private let snapshot: [(String, String)]
  private let own: [(String, String)]

  init(prefix: String, connector: String) {
    streaming = [("plugin", "postgres"), ("name", prefix), ("context", "streaming")]
    snapshot = [("plugin", "postgres"), ("name", prefix), ("context", "snapshot")]
    own = [("connector", connector)]
  }

  private func set(_ name: String, _ value: Double, _ dimensions: [(String, String)]) {
    Gauge(label: name, dimensions: dimensions).record(value)
  }

  func report(_ status: CaptureStatus, counters: CaptureCounters, queueLimit: Int, millisecondsSinceLastEvent: Int64) {
    typealias Names = CaptureMetricNames
    set(Names.connected, status.isConnected ? 1 : 0, streaming)
    set(Names.behind, Double(status.millisecondsBehindSource), streaming)
    set(Names.sinceLastEvent, Double(millisecondsSinceLastEvent), streaming)
    set(Names.events, Double(counters.events - counters.snapshotRows), streaming)
    set(Names.creates, Double(counters.creates), streaming)
    set(Names.updates, Double(counters.updates), streaming)
    set(Names.deletes, Double(counters.deletes), streaming)
    set(Names.filtered, Double(counters.filtered), streaming)
    set(Names.erroneous, Double(counters.erroneous), streaming)
    set(Names.transactions, Double(counters.transactions), streaming)
    set(Names.queueLimit, Double(queueLimit), streaming)
    set(Names.queueUsed, Double(status.bytesInFlight), streaming)
    set(Names.snapshotRunning, status.phase == .snapshot ? 1 : 0, snapshot)
    set(Names.snapshotCompleted, status.isSnapshotCompleted ? 1 : 0, snapshot)
    set(Names.reconnects, Double(status.reconnects), own)
    if let retained = status.retainedWALBytes { set(Names.retained, Double(retained), own) }
    if let confirmed = status.confirmed { set(Names.confirmed, Double(confirmed.rawValue), own) }
  }

  func report(table: String, rows: Int) { set(CaptureMetricNames.snapshotRows, Double(rows), snapshot + [("table", table)]) }

  func reportSnapshot(tables: Int, left: Int, seconds: Double) {
    set(CaptureMetricNames.snapshotTables, Double(tables), snapshot)
    set(CaptureMetricNames.snapshotTablesLeft, Double(left), snapshot)
    set(CaptureMetricNames.snapshotSeconds, seconds, snapshot)
  }
}
