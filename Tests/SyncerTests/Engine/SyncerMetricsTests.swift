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
      return sink.stored(p0) == 4
        && text.contains(#"kafka_consumergroup_group_offset{cluster_name="scripted",group="g",partition="0",topic="t"} 4"#)
        && text.contains(#"partition="1""#)
    }
    let text = prometheus.snapshot()
    for line in [
      #"kafka_consumergroup_group_lag{cluster_name="scripted",group="g",partition="0",topic="t"} 0"#,
      #"kafka_consumergroup_group_lag_seconds{cluster_name="scripted",group="g",partition="0",topic="t"} 0"#,
      #"kafka_consumergroup_group_lag{cluster_name="scripted",group="g",partition="1",topic="t"} 0"#,
      #"kafka_partition_latest_offset{cluster_name="scripted",partition="0",topic="t"} 4"#,
      #"kafka_partition_earliest_offset{cluster_name="scripted",partition="0",topic="t"} 0"#,
      #"kafka_consumergroup_group_max_lag{cluster_name="scripted",group="g"} 0"#,
      #"kafka_consumergroup_group_max_lag_seconds{cluster_name="scripted",group="g"} 0"#,
      #"kafka_consumergroup_group_sum_lag{cluster_name="scripted",group="g"} 0"#,
      #"kafka_consumergroup_group_topic_sum_lag{cluster_name="scripted",group="g",topic="t"} 0"#,
      #"sluice_syncer_lag_commit_seconds{cluster_name="scripted",group="g",partition="0",topic="t"} 0"#,
      #"sluice_syncer_lag_status{cluster_name="scripted",group="g",partition="0",topic="t"} 1"#,
      #"sluice_syncer_group_status{cluster_name="scripted",group="g"} 1"#,
      #"sluice_syncer_partitions{cluster_name="scripted",group="g",state="active"} 2"#,
      #"sluice_syncer_partitions{cluster_name="scripted",group="g",state="paused"} 0"#,
      #"sluice_syncer_lag_catch_up_seconds{cluster_name="scripted",group="g"} 0"#,
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
    try await eventually("the end of the series") {
      !prometheus.snapshot().contains(#"group_lag{cluster_name="scripted",group="g",partition="0""#)
    }
    #expect(prometheus.snapshot().contains(#"kafka_consumergroup_group_lag{cluster_name="scripted",group="g",partition="1",topic="t"} 0"#))
    engine.stop()
    try await task.value
    for name in ["kafka_consumergroup_", "kafka_partition_", "sluice_syncer_lag_", "sluice_syncer_group_status"] {
      #expect(!prometheus.snapshot().contains(name))
    }
  }

  @Test func kminionsNamesAreThereForThoseWhoAsk() async throws {
    let prometheus = PrometheusMetrics()
    let metrics = LagMetrics(group: "g", hasKMinionNames: true, factory: prometheus)
    let lags = [p0, p1].map {
      PartitionLag(
        partition: $0, lowWatermark: 3, position: 10, highWatermark: 17, records: 7, seconds: 1.5, commitSeconds: 2,
        trend: LagTrend(direction: .shrinking, recordsPerSecond: -2, consumedPerSecond: 3, producedPerSecond: 1, catchUpSeconds: 3.5),
        status: $0 == p0 ? .stall : .ok)
    }
    metrics.publish(lags, cluster: "c", took: .milliseconds(12))
    let text = prometheus.snapshot()
    for line in [
      #"kminion_kafka_consumer_group_topic_partition_lag{group_id="g",partition_id="0",topic_name="t"} 7"#,
      #"kminion_kafka_consumer_group_topic_lag{group_id="g",topic_name="t"} 14"#,
      #"kminion_kafka_consumer_group_topic_offset_sum{group_id="g",topic_name="t"} 20"#,
      #"kminion_kafka_topic_partition_high_water_mark{partition_id="1",topic_name="t"} 17"#,
      #"kminion_kafka_topic_partition_low_water_mark{partition_id="1",topic_name="t"} 3"#,
      #"kafka_consumergroup_group_sum_lag{cluster_name="c",group="g"} 14"#,
      #"kafka_consumergroup_group_max_lag{cluster_name="c",group="g"} 7"#,
      #"kafka_consumergroup_poll_time_ms{cluster_name="c"} 12"#,
      #"sluice_syncer_lag_growth_records_per_second{cluster_name="c",group="g",partition="0",topic="t"} -2"#,
      #"sluice_syncer_lag_status{cluster_name="c",group="g",partition="0",topic="t"} 5"#,
      #"sluice_syncer_group_status{cluster_name="c",group="g"} 3"#,
      #"sluice_syncer_lag_catch_up_seconds{cluster_name="c",group="g"} 3.5"#,
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
    // One that does not shrink has no end: the series goes, and is not some large number.
    metrics.publish(
      [lags[0], PartitionLag(partition: p1, position: 1, highWatermark: 9, records: 8, seconds: 1, commitSeconds: 1)], cluster: "c",
      took: .zero)
    #expect(!prometheus.snapshot().contains("catch_up_seconds"))
  }
}
