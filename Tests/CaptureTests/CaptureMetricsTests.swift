import Metrics
import Postgres
import Runtime
import TestSupport
import Testing

@testable import Capture

/// What a scrape shows, under the names that dashboards know.
@Suite struct CaptureMetricsTests {
  private static func rendered(_ status: CaptureStatus, _ counters: CaptureCounters, tags: [(String, String)] = []) -> String {
    let registry = PrometheusMetrics()
    let metrics = CaptureMetrics(prefix: "shop", connector: "orders", tags: tags, queueCapacity: 100, factory: registry)
    metrics.report(status, counters: counters, queueLimit: 1000, millisecondsSinceLastEvent: -1)
    return registry.snapshot()
  }

  private static func value(_ name: String, _ context: String = "streaming", in text: String) -> Double? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + "{") && (context.isEmpty || $0.contains("context=\"\(context)\"")) }
    return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }

  private static let streaming = [
    "Connected", "MilliSecondsBehindSource", "MilliSecondsBehindSourceMinValue", "MilliSecondsBehindSourceMaxValue",
    "MilliSecondsBehindSourceAverageValue", "MilliSecondsBehindSourceP50", "MilliSecondsBehindSourceP95", "MilliSecondsBehindSourceP99",
    "MilliSecondsSinceLastEvent", "TotalNumberOfEventsSeen", "TotalNumberOfCreateEventsSeen", "TotalNumberOfUpdateEventsSeen",
    "TotalNumberOfDeleteEventsSeen", "NumberOfEventsFiltered", "NumberOfErroneousEvents", "NumberOfUnchangedEventsSkipped",
    "NumberOfCommittedTransactions", "LastTransactionId", "SourceEventPosition", "CapturedTables", "QueueTotalCapacity",
    "QueueRemainingCapacity", "MaxQueueSizeInBytes", "CurrentQueueSizeInBytes",
  ]
  private static let snapshot = [
    "TotalTableCount", "RemainingTableCount", "SnapshotRunning", "SnapshotPaused", "SnapshotAborted", "SnapshotCompleted",
    "SnapshotSkipped",
    "SnapshotDurationInSeconds", "SnapshotPausedDurationInSeconds", "CapturedTables",
  ]

  @Test func everyNameOfDebeziumIsThereAndIdleMeansZero() {
    let text = Self.rendered(CaptureStatus(), CaptureCounters())
    for attribute in Self.streaming {
      for name in CaptureMetricNames.debezium(attribute) {
        let expected: Double? =
          switch attribute {
          case "MilliSecondsSinceLastEvent", "NumberOfUnchangedEventsSkipped": -1
          case "QueueTotalCapacity", "QueueRemainingCapacity": 100
          case "MaxQueueSizeInBytes": 1000
          default: 0
          }
        #expect(Self.value(name, in: text) == expected, "\(name)")
      }
    }
    for attribute in Self.snapshot {
      for name in CaptureMetricNames.debezium(attribute) { #expect(Self.value(name, "snapshot", in: text) == 0, "\(name)") }
    }
    #expect(!text.contains("NaN"))
    #expect(Self.value("sluice_capture_seconds_behind", "", in: text) == 0)
  }

  @Test func namesAreThoseOfTheExporterAndOfDashboards() {
    #expect(
      CaptureMetricNames.debezium("MilliSecondsBehindSourceP99") == [
        "debezium_metrics_MilliSecondsBehindSourceP99", "debezium_metrics_milliseconds_behind_source_p99",
      ])
  }

  @Test func valuesAreWhatTheCaptureKnows() {
    var status = CaptureStatus()
    status.isConnected = true
    status.bytesInFlight = 250
    status.capturedTables = 4
    status.retainedWALBytes = 4096
    status.safeWALBytes = 77
    status.walStatus = "extended"
    status.skipsUnchanged = true
    var counters = CaptureCounters()
    counters.unchanged = 3
    counters.lastTransactionID = 812
    counters.lastLSN = 99
    let text = Self.rendered(status, counters, tags: [("team", "a")])
    #expect(Self.value("debezium_metrics_QueueRemainingCapacity", in: text) == 75)
    #expect(Self.value("debezium_metrics_captured_tables", in: text) == 4)
    #expect(Self.value("debezium_metrics_number_of_unchanged_events_skipped", in: text) == 3)
    #expect(Self.value("debezium_metrics_last_transaction_id", in: text) == 812)
    #expect(Self.value("sluice_capture_retained_wal_bytes", "", in: text) == 4096)
    #expect(Self.value("sluice_capture_safe_wal_size_bytes", "", in: text) == 77)
    #expect(text.contains("sluice_capture_wal_status{connector=\"orders\",status=\"extended\",team=\"a\"} 1"))
    #expect(text.contains("sluice_capture_wal_status{connector=\"orders\",status=\"lost\",team=\"a\"} 0"))
  }

  @Test func lagStatisticsForgetAndAreZeroWhenIdle() {
    let start = ContinuousClock.now
    var lag = LagStatistics()
    #expect(lag.summary(now: start) == .init())
    for milliseconds in 1...100 { lag.record(Int64(milliseconds), count: 1, now: start) }
    let summary = lag.summary(now: start)
    #expect((summary.minimum, summary.maximum, summary.p50) == (1, 100, 50))
    #expect(summary.average == 50.5)
    #expect((95...98).contains(summary.p95))
    #expect((99...100).contains(summary.p99))
    lag.record(-5, count: 1, now: start)
    #expect(lag.summary(now: start).minimum == 0)
    #expect(lag.summary(now: start + LagStatistics.halfWindow).maximum == 100)
    #expect(lag.summary(now: start + LagStatistics.halfWindow * 5) == .init())
    // Large values stay within 3 %.
    var large = LagStatistics()
    large.record(1_000_000, count: 10, now: start)
    large.record(2_000_000, count: 1, now: start)
    #expect((1_000_000...1_032_000).contains(large.summary(now: start).p50))
  }

  @Test func aLookThatBringsNothingNewDoesNotMakeLagGrow() {
    let board = StatusBoard()
    var counters = CaptureCounters()
    counters.events = 1
    let anHourAgo = WallClock.nanoseconds() / 1000 - 3_600_000_000
    board.note(counters, lastEventTime: anHourAgo)
    let first = board.status.millisecondsBehindSource
    #expect(first >= 3_600_000)
    board.note(counters, lastEventTime: anHourAgo)
    #expect(board.status.millisecondsBehindSource == first)
    // What is not delivered gets older.
    board.refreshLag(isDelivered: false)
    #expect(board.status.millisecondsBehindSource >= first)
    #expect(board.status.lag.maximum >= 3_600_000)
  }

  @Test func snapshotsAreFollowedByWhatIsToldOfThem() {
    let start = ContinuousClock.now
    var status = SnapshotStatus()
    status.note("STARTED", [("connector_name", "shop")], now: start)
    status.note("IN_PROGRESS", [("data_collections", "public.a, public.b"), ("current_collection_in_progress", "public.a")], now: start)
    #expect((status.tables.count, status.remainingTables, status.isRunning) == (2, 2, true))
    status.note(
      "TABLE_SCAN_COMPLETED", [("scanned_collection", "public.a"), ("total_rows_scanned", "7"), ("status", "SUCCEEDED")], now: start)
    #expect((status.remainingTables, status.rows["public.a"], status.progress) == (1, 7, 0.5))
    status.note(
      "TABLE_CHUNK_IN_PROGRESS",
      [("current_collection_in_progress", "public.b"), ("chunk_index", "1"), ("total_chunks", "4"), ("total_rows_scanned", "9")], now: start
    )
    status.note("TABLE_CHUNK_COMPLETED", [("scanned_collection", "public.b"), ("chunk_index", "1"), ("total_chunks", "4")], now: start)
    #expect((status.chunkID, status.progress) == ("public.b:1", 0.625))
    status.note("PAUSED", [], now: start + .seconds(10))
    #expect(status.isPaused)
    status.note("RESUMED", [], now: start + .seconds(14))
    status.note("COMPLETED", [], now: start + .seconds(20))
    #expect((status.isRunning, status.isCompleted, status.progress) == (false, true, 1))
    #expect(status.duration(now: start + .seconds(99)) == .seconds(20))
    #expect(status.pausedDuration(now: start + .seconds(99)) == .seconds(4))
    status.note("STARTED", [], now: start)
    status.note("ABORTED", [], now: start)
    #expect((status.isAborted, status.isCompleted) == (true, false))
  }

  @Test func tagsAreLabelsAndNothingElse() throws {
    func parse(_ text: String) throws -> [MetricTags.Tag] {
      try MetricTags.parse(SettingsReader(origin: "f", settings: ["custom.metric.tags": text]))
    }
    #expect(try parse("a=1, b=x y") == [.init(name: "a", value: "1"), .init(name: "b", value: "x y")])
    for text in ["a", "=1", "name=x", "a=1,a=2"] { #expect(throws: CaptureError.self) { try parse(text) } }
  }

  @Test func aRunningCaptureCountsAndIsIdleInTheEnd() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      try await connection.execute("INSERT INTO t VALUES (1), (2)")
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database), sink: CollectingSink(), offsets: MemoryOffsetStore(),
        options: CaptureOptions(monitorInterval: .milliseconds(50)), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (3)")
        try await eventually("the change") { engine.status.eventsSeen == 3 }
        try await eventually("an idle capture") { engine.status.millisecondsBehindSource == 0 && engine.status.lastEventTime != nil }
        let status = engine.status
        #expect(status.snapshot.rows["public.t"] == 2)
        #expect((status.snapshot.isCompleted, status.snapshot.progress, status.capturedTables) == (true, 1, 1))
        #expect(status.walStatus == "reserved")
      }
      await connection.close()
    }
  }
}
