import Kafka
import Logging
import Runtime
import TestSupport
import Testing

@testable import Syncer

@Suite(.timeLimit(.minutes(1))) struct SyncerMetricsTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let p1 = TopicPartition(topic: "t", partition: 1)

  @Test func dashboardsFindWhatTheyKnow() async throws {
    let prometheus = PrometheusMetrics()
    let source = ScriptedSource()
    let sink = MemorySink(accept: { $0.offset != 2 })
    source.setEnd(p0, high: 4)
    source.setEnd(p1, high: 0)
    var configuration = SyncerConfiguration(group: "g", topics: ["t"])
    configuration.lagInterval = .milliseconds(5)
    source.push(.assign([p0, p1]), .records(Records.run(p0, 0..<4)))
    let engine = try SyncerEngine(
      configuration: configuration, source: source, sink: sink, deadLetters: MemoryDeadLetters(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metricsFactory: prometheus, clock: .system)
    let task = Task { try await engine.run() }
    try await eventually("metrics of both partitions") {
      let text = prometheus.snapshot()
      return sink.stored(p0) == 4 && text.contains(#"kafka_consumergroup_group_offset{group="g",partition="0",topic="t"} 4"#)
        && text.contains(#"partition="1""#)
    }
    let text = prometheus.snapshot()
    for line in [
      #"kafka_consumergroup_group_lag{group="g",partition="0",topic="t"} 0"#,
      #"kafka_consumergroup_group_lag_seconds{group="g",partition="0",topic="t"} 0"#,
      #"kafka_consumergroup_group_lag{group="g",partition="1",topic="t"} 0"#,
      #"kafka_partition_latest_offset{partition="0",topic="t"} 4"#,
      #"sluice_syncer_records_applied_total{group="g"} 3"#,
      #"sluice_syncer_dead_letters_total{group="g",stage="TRANSFORMATION",topic="t"} 1"#,
      #"sluice_syncer_sink_up{group="g"} 1"#, #"sluice_syncer_assigned_partitions{group="g"} 2"#,
      #"sluice_syncer_commit_to_visible_seconds_count{group="g"} 3"#,
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    #expect(!text.contains("NaN"))

    // What is not ours any more is not published: its last value would be taken for the truth.
    source.push(.revoke([p0]))
    try await eventually("the end of the series") { !prometheus.snapshot().contains(#"group_lag{group="g",partition="0""#) }
    #expect(prometheus.snapshot().contains(#"kafka_consumergroup_group_lag{group="g",partition="1",topic="t"} 0"#))
    engine.stop()
    try await task.value
    #expect(!prometheus.snapshot().contains("kafka_consumergroup_group_lag{"))
  }
}
