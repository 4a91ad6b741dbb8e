/// The metrics of this library. Each carries `client` (the client ID) and `role` (producer, consumer, admin); those of a broker
/// carry `broker`, too. Totals count since the client was made.
public enum KafkaMetricNames {
  /// Records waiting to be sent or acknowledged.
  public static let queuedRecords = "sluice_kafka_queued_records"
  /// Their bytes.
  public static let queuedBytes = "sluice_kafka_queued_bytes"
  /// Records sent, retries included.
  public static let sentRecords = "sluice_kafka_sent_records_total"
  /// Records received.
  public static let receivedRecords = "sluice_kafka_received_records_total"
  /// Bytes sent.
  public static let sentBytes = "sluice_kafka_sent_bytes_total"
  /// Bytes received.
  public static let receivedBytes = "sluice_kafka_received_bytes_total"
  /// Requests sent.
  public static let requests = "sluice_kafka_requests_total"
  /// 1 while connected to the broker.
  public static let brokerUp = "sluice_kafka_broker_up"
  /// Requests that wait to be sent or answered.
  public static let brokerWaitingRequests = "sluice_kafka_broker_waiting_requests"
  /// Requests that failed on their way.
  public static let brokerErrors = "sluice_kafka_broker_errors_total"
  /// Requests that were not answered in time.
  public static let brokerTimeouts = "sluice_kafka_broker_timeouts_total"
  /// Connections that ended.
  public static let brokerDisconnects = "sluice_kafka_broker_disconnects_total"
  /// Mean round trip in the last interval, seconds.
  public static let brokerRoundTripMean = "sluice_kafka_broker_round_trip_mean_seconds"
  /// 99th percentile of the round trip in the last interval, seconds.
  public static let brokerRoundTripP99 = "sluice_kafka_broker_round_trip_p99_seconds"
  /// Rebalances that this member went through.
  public static let rebalances = "sluice_kafka_rebalances_total"
  /// Partitions that this member owns.
  public static let assignedPartitions = "sluice_kafka_assigned_partitions"
  /// Records fetched and not yet taken by the owner.
  public static let prefetchedRecords = "sluice_kafka_prefetched_records"
}
