internal import Metrics

/// A capture's metrics. Gauges are set from what the capture knows, so that a scrape never computes.
struct CaptureMetrics: Sendable {
  private let streaming: [(String, String)]
  private let snapshot: [(String, String)]
  private let own: [(String, String)]
  private let queueCapacity: Int
  private let factory: any MetricsFactory

  /// - Parameters:
  ///   - tags: `custom.metric.tags`, labels of every metric.
  ///   - queueCapacity: `max.queue.size`.
  init(
    prefix: String, connector: String, tags: [(String, String)] = [], queueCapacity: Int = 8192,
    factory: any MetricsFactory = MetricsSystem.factory
  ) {
    self.factory = factory
    streaming = [("plugin", "postgres"), ("name", prefix), ("context", "streaming")] + tags
    snapshot = [("plugin", "postgres"), ("name", prefix), ("context", "snapshot")] + tags
    own = [("connector", connector)] + tags
    self.queueCapacity = queueCapacity
  }

  private func set(_ name: String, _ value: Double, _ dimensions: [(String, String)]) {
    Gauge(label: name, dimensions: dimensions, factory: factory).record(value)
  }

  private func debezium(_ attribute: String, _ value: Double, _ dimensions: [(String, String)]) {
    for name in CaptureMetricNames.debezium(attribute) { set(name, value, dimensions) }
  }

  func report(
    _ status: CaptureStatus, counters: CaptureCounters, queueLimit: Int, millisecondsSinceLastEvent: Int64,
    now: ContinuousClock.Instant = .now
  ) {
    reportStreaming(status, counters, queueLimit: queueLimit, millisecondsSinceLastEvent: millisecondsSinceLastEvent)
    reportLag(status)
    reportSnapshot(status, counters, now: now)
    reportSlot(status)
  }

  private func reportStreaming(_ status: CaptureStatus, _ counters: CaptureCounters, queueLimit: Int, millisecondsSinceLastEvent: Int64) {
    let used = min(max(Double(status.bytesInFlight) / Double(max(queueLimit, 1)), 0), 1)
    let values: [(String, Double)] = [
      ("Connected", status.isConnected ? 1 : 0), ("MilliSecondsSinceLastEvent", Double(millisecondsSinceLastEvent)),
      ("TotalNumberOfEventsSeen", Double(counters.events - counters.snapshotRows)),
      ("TotalNumberOfCreateEventsSeen", Double(counters.creates)), ("TotalNumberOfUpdateEventsSeen", Double(counters.updates)),
      ("TotalNumberOfDeleteEventsSeen", Double(counters.deletes)), ("NumberOfEventsFiltered", Double(counters.filtered)),
      ("NumberOfErroneousEvents", Double(counters.erroneous)),
      ("NumberOfUnchangedEventsSkipped", status.skipsUnchanged ? Double(counters.unchanged) : -1),
      ("NumberOfCommittedTransactions", Double(counters.transactions)), ("LastTransactionId", Double(counters.lastTransactionID)),
      ("CapturedTables", Double(status.capturedTables)),
      // Batches are bounded in bytes, not in number: what is left is the same part of both.
      ("QueueTotalCapacity", Double(queueCapacity)), ("QueueRemainingCapacity", (Double(queueCapacity) * (1 - used)).rounded(.down)),
      ("MaxQueueSizeInBytes", Double(queueLimit)), ("CurrentQueueSizeInBytes", Double(status.bytesInFlight)),
    ]
    for (attribute, value) in values { debezium(attribute, value, streaming) }
    for (key, value) in [
      ("lsn", Double(counters.lastLSN)), ("txId", Double(counters.lastTransactionID)), ("ts_usec", Double(status.lastEventTime ?? 0)),
    ] {
      debezium("SourceEventPosition", value, streaming + [("key", key)])
    }
  }

  private func reportLag(_ status: CaptureStatus) {
    let lag = status.lag
    debezium("MilliSecondsBehindSource", Double(status.millisecondsBehindSource), streaming)
    let values: [(String, Double)] = [
      ("MinValue", Double(lag.minimum)), ("MaxValue", Double(lag.maximum)), ("AverageValue", lag.average), ("P50", Double(lag.p50)),
      ("P95", Double(lag.p95)), ("P99", Double(lag.p99)),
    ]
    for (suffix, value) in values { debezium("MilliSecondsBehindSource" + suffix, value, streaming) }
    set(CaptureMetricNames.behind, Double(status.millisecondsBehindSource) / 1000, own)
  }

  private func reportSnapshot(_ status: CaptureStatus, _ counters: CaptureCounters, now: ContinuousClock.Instant) {
    let state = status.snapshot
    let values: [(String, Double)] = [
      ("TotalTableCount", Double(state.tables.count)), ("RemainingTableCount", Double(state.remainingTables)),
      ("SnapshotRunning", state.isRunning || status.phase == .snapshot ? 1 : 0), ("SnapshotPaused", state.isPaused ? 1 : 0),
      ("SnapshotAborted", state.isAborted ? 1 : 0), ("SnapshotCompleted", state.isCompleted || status.isSnapshotCompleted ? 1 : 0),
      ("SnapshotSkipped", state.isSkipped ? 1 : 0), ("SnapshotDurationInSeconds", state.duration(now: now).seconds.rounded()),
      ("SnapshotPausedDurationInSeconds", state.pausedDuration(now: now).seconds.rounded()),
      ("TotalNumberOfEventsSeen", Double(counters.snapshotRows)), ("CapturedTables", Double(status.capturedTables)),
    ]
    for (attribute, value) in values { debezium(attribute, value, snapshot) }
    if let id = state.chunkID {
      // Numbers alone are metrics: which chunk it is stands in the notifications and the status.
      debezium("ChunkId", Double(id.split(separator: ":").last.flatMap { Int($0) } ?? 0), snapshot)
    }
    for (table, rows) in state.rows { debezium("RowsScanned", Double(rows), snapshot + [("table", table)]) }
    for (table, chunks) in state.chunks {
      debezium("TableChunkCounts", Double(chunks), snapshot + [("table", table)])
      debezium("TableChunksCompletedCounts", Double(state.finishedChunks[table] ?? 0), snapshot + [("table", table)])
    }
    set(CaptureMetricNames.snapshotProgress, status.isSnapshotCompleted ? 1 : state.progress, own)
    set(CaptureMetricNames.snapshotRows, Double(counters.snapshotRows), own)
  }

  private func reportSlot(_ status: CaptureStatus) {
    set(CaptureMetricNames.reconnects, Double(status.reconnects), own)
    set(CaptureMetricNames.offsetSaveFailures, Double(status.offsetSaveFailures), own)
    if let retained = status.retainedWALBytes { set(CaptureMetricNames.retained, Double(retained), own) }
    if let safe = status.safeWALBytes { set(CaptureMetricNames.safeSize, Double(safe), own) }
    if let confirmed = status.confirmed { set(CaptureMetricNames.confirmed, Double(confirmed.rawValue), own) }
    guard let current = status.walStatus else { return }
    for name in ["reserved", "extended", "unreserved", "lost"] {
      set(CaptureMetricNames.walStatus, name == current ? 1 : 0, own + [("status", name)])
    }
  }

  /// Rows of a table as they are read, between two notifications.
  func report(table: String, rows: Int) { debezium("RowsScanned", Double(rows), snapshot + [("table", table)]) }

  /// Tables as they are read, between two notifications.
  func reportSnapshot(tables: Int, left: Int, seconds: Double) {
    debezium("TotalTableCount", Double(tables), snapshot)
    debezium("RemainingTableCount", Double(left), snapshot)
    debezium("SnapshotDurationInSeconds", seconds.rounded(), snapshot)
  }
}
