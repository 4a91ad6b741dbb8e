/// The names of the metrics of lag, and what each means: those that dashboards know, and our own, which begin with `sluice_`.
///
/// Each member of a group tells of the partitions that it owns: `sum by (cluster_name, group)` and `max by …` make them the group's. A gauge of
/// a partition that is not owned any more goes away.
///
/// Names and labels of kafka-lag-exporter: https://github.com/seglo/kafka-lag-exporter#metrics. Those of KMinion:
/// https://github.com/redpanda-data/kminion/blob/master/docs/metrics.md.
public enum LagMetricNames {
  /// Gauge; cluster_name, group, topic, partition: records of the partition that are not applied yet.
  public static let groupLag = "kafka_consumergroup_group_lag"
  /// Gauge; cluster_name, group, topic, partition: age in seconds of the first record that is not applied yet, 0 where there is none.
  public static let groupLagSeconds = "kafka_consumergroup_group_lag_seconds"
  /// Gauge; cluster_name, group, topic, partition: the next offset to apply.
  public static let groupOffset = "kafka_consumergroup_group_offset"
  /// Gauge; cluster_name, topic, partition: the offset behind the partition's last record.
  public static let latestOffset = "kafka_partition_latest_offset"
  /// Gauge; cluster_name, topic, partition: the oldest offset that is still there.
  public static let earliestOffset = "kafka_partition_earliest_offset"
  /// Gauge; cluster_name, group: records behind on the partition that is furthest behind.
  public static let maxLag = "kafka_consumergroup_group_max_lag"
  /// Gauge; cluster_name, group: seconds behind on the partition that is furthest behind.
  public static let maxLagSeconds = "kafka_consumergroup_group_max_lag_seconds"
  /// Gauge; cluster_name, group: records behind, over all partitions.
  public static let sumLag = "kafka_consumergroup_group_sum_lag"
  /// Gauge; cluster_name, group, topic: records behind, over all partitions of a topic.
  public static let topicSumLag = "kafka_consumergroup_group_topic_sum_lag"
  /// Gauge; cluster_name: how long it took to ask for all of this, ms.
  public static let pollTime = "kafka_consumergroup_poll_time_ms"

  /// Gauge; cluster_name, group, topic, partition: seconds since the first change that is not applied yet was committed in the source
  /// database, 0 where there is none.
  public static let commitSeconds = "sluice_syncer_lag_commit_seconds"
  /// Gauge; cluster_name, group, topic, partition: records that the lag grows by in a second, over the last minute; negative where it shrinks.
  public static let growth = "sluice_syncer_lag_growth_records_per_second"
  /// Gauge; cluster_name, group: seconds until there is no lag any more, by what the last minute was like. Absent where it does not shrink.
  public static let catchUpSeconds = "sluice_syncer_lag_catch_up_seconds"
  /// Gauge; cluster_name, group, topic, partition: by Burrow's rules 1 OK, 2 WARN, 4 STOP, 5 STALL, 6 REWIND.
  public static let status = "sluice_syncer_lag_status"
  /// Gauge; cluster_name, group: by Burrow's rules 1 OK, 2 WARN, 3 ERR.
  public static let groupStatus = "sluice_syncer_group_status"
  /// Gauge; cluster_name, group, state: partitions owned that are `active`, `paused`, `positioning` or `delayed`, see ``PartitionLag/State``.
  public static let partitions = "sluice_syncer_partitions"

  /// KMinion's, where `syncer.lag.kminion_names` asks for them.
  public enum KMinion {
    /// Gauge; group_id, topic_name, partition_id: as ``LagMetricNames/groupLag``.
    public static let partitionLag = "kminion_kafka_consumer_group_topic_partition_lag"
    /// Gauge; group_id, topic_name: as ``LagMetricNames/topicSumLag``.
    public static let topicLag = "kminion_kafka_consumer_group_topic_lag"
    /// Gauge; group_id, topic_name: the sum of the next offsets.
    public static let topicOffsetSum = "kminion_kafka_consumer_group_topic_offset_sum"
    /// Gauge; topic_name, partition_id: as ``LagMetricNames/latestOffset``.
    public static let highWatermark = "kminion_kafka_topic_partition_high_water_mark"
    /// Gauge; topic_name, partition_id: as ``LagMetricNames/earliestOffset``.
    public static let lowWatermark = "kminion_kafka_topic_partition_low_water_mark"
  }
}
