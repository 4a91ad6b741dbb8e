/// The names of the broker's metrics: those of Apache Kafka's own beans as the Prometheus JMX exporter's Kafka rules write them, so that
/// existing dashboards show them. Dashboards and alerts know these names: they do not change.
public enum BrokerMetricNames {
  /// Counter; topic: records appended.
  public static let messagesIn = "kafka_server_brokertopicmetrics_messagesin_total"
  /// Counter; topic: bytes of batches appended.
  public static let bytesIn = "kafka_server_brokertopicmetrics_bytesin_total"
  /// Counter; topic: bytes of batches fetched.
  public static let bytesOut = "kafka_server_brokertopicmetrics_bytesout_total"
  /// Counter: appends that were refused.
  public static let failedProduceRequests = "kafka_server_brokertopicmetrics_failedproducerequests_total"
  /// Counter; request: requests of each API.
  public static let requests = "kafka_network_requestmetrics_requests_total"
  /// Histogram, seconds; request: from the request's last byte to its answer; waiting for records or members included.
  public static let requestSeconds = "kafka_network_requestmetrics_totaltime_seconds"
  /// Gauge: open connections.
  public static let connections = "kafka_server_socketservermetrics_connection_count"
  /// Counter: connections closed for what they sent, or for being too many.
  public static let refusedConnections = "sluice_broker_connections_refused_total"
  /// Gauge: bytes received that are not a whole request yet.
  public static let bufferedBytes = "sluice_broker_request_buffered_bytes"
  /// Gauge: partitions.
  public static let partitions = "kafka_server_replicamanager_partitioncount"
  /// Gauge: partitions whose log has failed; an alert on more than 0 is the usual one.
  public static let offlinePartitions = "kafka_controller_kafkacontroller_offlinepartitionscount"
  /// Gauge: always 0, as there is one replica; dashboards ask for it.
  public static let underReplicated = "kafka_server_replicamanager_underreplicatedpartitions"
  /// Gauge: 1, as this broker is its own controller.
  public static let activeControllers = "kafka_controller_kafkacontroller_activecontrollercount"
  /// Gauge; topic, partition: bytes on disk.
  public static let logSize = "kafka_log_log_size"
  /// Gauge; topic, partition: the offset after the last record.
  public static let logEndOffset = "kafka_log_log_logendoffset"
  /// Gauge; topic, partition: the first offset.
  public static let logStartOffset = "kafka_log_log_logstartoffset"
  /// Gauge; topic, partition: segments.
  public static let logSegments = "kafka_log_log_numlogsegments"
  /// Gauge; state: groups.
  public static let groups = "kafka_coordinator_group_groupmetadatamanager_numgroups"
  /// Gauge: fetches that wait for records.
  public static let waitingFetches = "kafka_server_delayedoperationpurgatory_purgatorysize"

  /// Each name with its HELP line.
  public static let help: [(name: String, help: String)] = [
    (messagesIn, "Records appended, by topic."),
    (bytesIn, "Bytes of record batches appended, by topic."),
    (bytesOut, "Bytes of record batches fetched, by topic."),
    (failedProduceRequests, "Appends that were refused."),
    (requests, "Requests, by API."),
    (requestSeconds, "From a request's last byte to its answer, by API, in seconds."),
    (connections, "Open connections."),
    (refusedConnections, "Connections closed for what they sent, or for being too many."),
    (bufferedBytes, "Bytes received that are not a whole request yet."),
    (partitions, "Partitions."),
    (offlinePartitions, "Partitions whose log has failed."),
    (underReplicated, "Always 0: there is one replica."),
    (activeControllers, "Always 1: this broker is its own controller."),
    (logSize, "Bytes on disk, by partition."),
    (logEndOffset, "The offset after the last record, by partition."),
    (logStartOffset, "The first offset, by partition."),
    (logSegments, "Segments, by partition."),
    (groups, "Consumer groups, by state."),
    (waitingFetches, "Fetches that wait for records."),
    (FlushMetricNames.duration, "How long a sync of a log took, in seconds."),
    (FlushMetricNames.failures, "Syncs that failed; each took a partition offline."),
    (CleaningMetricNames.readBytes, "Bytes of the segments that compaction replaced."),
    (CleaningMetricNames.writtenBytes, "Bytes of the segments that compaction wrote instead."),
    (CleaningMetricNames.uncleanablePartitions, "Partitions that could not be compacted and are left alone."),
    (CleaningMetricNames.maxDirtyPercent, "Dirty part of the dirtiest log that is worth compacting, in percent."),
  ]
}
