/// The metrics of the flusher, the first by the name that the JMX exporter's rules give to Kafka's `LogFlushStats`.
enum FlushMetricNames {
  /// Timer: how long one log's sync took. Its count is the rate of flushes.
  static let duration = "kafka_log_logflushstats_logflushrateandtime_seconds"
  /// Counter: syncs that failed, each of which took a partition offline.
  static let failures = "sluice_broker_log_flush_failures_total"
}
