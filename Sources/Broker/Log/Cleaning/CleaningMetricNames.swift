/// The cleaner's metrics, where Kafka has them by the names that the JMX exporter's rules give to `LogCleanerManager`.
enum CleaningMetricNames {
  /// Counter: bytes of the segments that compaction replaced.
  static let readBytes = "sluice_broker_log_cleaner_read_bytes_total"
  /// Counter: bytes of the segments it wrote instead.
  static let writtenBytes = "sluice_broker_log_cleaner_written_bytes_total"
  /// Gauge: partitions that could not be compacted and are left alone.
  static let uncleanablePartitions = "kafka_log_logcleanermanager_uncleanable_partitions_count"
  /// Gauge: dirty part of the dirtiest log that is worth compacting, in percent.
  static let maxDirtyPercent = "kafka_log_logcleanermanager_max_dirty_percent"
}
