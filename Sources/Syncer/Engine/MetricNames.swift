/// The names of the syncer's metrics, and what each means; those of lag stand in ``LagMetricNames``.
///
/// Dashboards and alerts know these names: they do not change.
public enum MetricNames {
  /// Histogram, seconds; group: from the commit in the source database to the commit in the sink, snapshot records left out.
  public static let commitToVisible = "sluice_syncer_commit_to_visible_seconds"
  /// Histogram, seconds; group, projection: the same of the records that a projection has taken.
  public static let projectionCommitToVisible = "sluice_syncer_projection_commit_to_visible_seconds"
  /// Counter; group: records applied.
  public static let recordsApplied = "sluice_syncer_records_applied_total"
  /// Counter; group: records passed over, by reason: `duplicate`, `stale`, `tombstone`, `unknown`.
  public static let recordsSkipped = "sluice_syncer_records_skipped_total"
  /// Counter; handler, outcome (`handled`, `duplicate`, `unknown`, `forgotten`): events and changes that came to handlers written in Swift, and event IDs that
  /// their inbox has forgotten.
  public static let events = "sluice_events_total"
  /// Counter; group: transactions committed by the sink.
  public static let batchesApplied = "sluice_syncer_batches_applied_total"
  /// Histogram, seconds; group: how long the sink took for a transaction.
  public static let applyDuration = "sluice_syncer_apply_duration_seconds"
  /// Counter; group: attempts made again after a transient failure.
  public static let retries = "sluice_syncer_retries_total"
  /// Counter; group, topic, stage: dead letters acknowledged.
  public static let deadLetters = "sluice_syncer_dead_letters_total"
  /// Counter; group: dead letters that could not be written, and are tried again.
  public static let deadLetterFailures = "sluice_syncer_dead_letter_failures_total"
  /// Gauge; group: 1 while the sink takes records, 0 while it is down.
  public static let sinkUp = "sluice_syncer_sink_up"
  /// Gauge; group: 1 while consumption is paused, 0 while it is not.
  public static let paused = "sluice_syncer_paused"
  /// Gauge; group: partitions owned by this member.
  public static let assignedPartitions = "sluice_syncer_assigned_partitions"
  /// Counter; group: how often partitions were assigned, revoked or lost.
  public static let rebalances = "sluice_syncer_rebalances_total"
  /// Counter; group: commits to Kafka that failed; the offsets stored by the sink are not concerned.
  public static let commitFailures = "sluice_syncer_commit_failures_total"
  /// Gauge; group: bytes of records that wait for their turn or are being applied.
  public static let queueBytes = "sluice_syncer_queue_bytes"
  /// Gauge; group: partitions paused because more of them waits than their share of the queue.
  public static let pausedPartitions = "sluice_syncer_paused_partitions"
}
