import Postgres
import TestSupport
import Testing

@testable import Capture

/// An idle connector's signs of life.
@Suite struct HeartbeatTests {
  private func settings(_ more: [String: String]) throws -> HeartbeatSettings {
    let reader = SettingsReader(origin: "f", settings: ["topic.prefix": "shop"].merging(more) { $1 })
    return HeartbeatSettings(reader, topics: try TopicNaming(reader))
  }

  @Test func aHeartbeatIsDueOnceAnInterval() throws {
    let start = ContinuousClock.now
    var heartbeat = Heartbeat(try settings(["heartbeat.interval.ms": "1000"]), now: start)
    #expect(heartbeat.due(now: start + .milliseconds(999), milliseconds: 5) == nil)
    let due = heartbeat.due(now: start + .milliseconds(1000), milliseconds: 5)
    let record = try #require(due)
    #expect(record.topic == "__debezium-heartbeat.shop")
    #expect(record.key == .structure([.string("shop")]))
    #expect(record.value == .structure([.integer(5)]))
    #expect(heartbeat.due(now: start + .milliseconds(1500), milliseconds: 6) == nil)
    // What a long sleep missed is not made up for.
    #expect(heartbeat.due(now: start + .seconds(60), milliseconds: 7) != nil)
    #expect(heartbeat.due(now: start + .seconds(60), milliseconds: 8) == nil)
  }

  @Test func withoutAnIntervalThereAreNone() throws {
    var heartbeat = Heartbeat(try settings([:]), now: .now)
    #expect(heartbeat.due(now: .now + .seconds(3600), milliseconds: 1) == nil)
  }

  @Test func theTopicCanBeNamed() throws {
    #expect(try settings(["topic.heartbeat.prefix": "beats"]).topic == "beats.shop")
    #expect(try settings(["topic.heartbeat.prefix": "beats", "topic.heartbeat.name": "all"]).topic == "all")
  }

  @Test func anIdleDatabaseHasHeartbeatsAndItsQueryIsRun() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE beats (n int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, x int)")
      let sink = CollectingSink()
      let configuration = try CaptureRun.configuration(
        database,
        [
          "heartbeat.interval.ms": "50", "heartbeat.action.query": "INSERT INTO beats (x) VALUES (1)", "xmin.fetch.interval.ms": "50",
          "extended.headers.enabled": "false",
        ])
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await eventually("heartbeats and what their query wrote") {
          sink.lines.count { $0.contains("__debezium-heartbeat.golden") } > 2
            && sink.lines.contains { $0.contains("golden.public.beats") && !$0.contains("\"xmin\":null") }
        }
      }
      await connection.close()
      let beat = try #require(sink.lines.first { $0.contains("__debezium-heartbeat.golden") })
      #expect(
        Mask.apply(beat) == #"{"topic":"__debezium-heartbeat.golden","key":{"serverName":"golden"},"headers":{},"value":{"ts_ms":"<int>"}}"#
      )
    }
  }

  @Test func aQueryThatFailsStopsNothing() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let sink = CollectingSink()
      let configuration = try CaptureRun.configuration(
        database, ["heartbeat.interval.ms": "50", "heartbeat.action.query": "SELECT nonsense"])
      let engine = CaptureEngine(configuration: configuration, sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await eventually("heartbeats") { sink.lines.count > 2 }
        try await connection.execute("INSERT INTO t VALUES (1)")
        try await eventually("the change") { sink.lines.contains { $0.contains("golden.public.t") } }
      }
      await connection.close()
      #expect(engine.status.reconnects == 0)
    }
  }
}
