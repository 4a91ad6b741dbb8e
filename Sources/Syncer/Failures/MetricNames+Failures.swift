extension MetricNames {
  /// Gauge; group, sink: 0 while the circuit breaker is closed and work goes on, 1 while it is open, 2 while it is half-open and one transaction is tried.
  public static let circuitState = "sluice_syncer_circuit_state"
  /// Gauge; group: keys of the group that are parked, by all members.
  public static let parkedKeys = "sluice_syncer_parked_keys"
  /// Gauge; group: records in their queues.
  public static let parkedRecords = "sluice_syncer_parked_records"
  /// Gauge; group: bytes of these records.
  public static let parkedBytes = "sluice_syncer_parked_bytes"
  /// Gauge, seconds; group: how long the oldest parked key is parked, 0 where none is.
  public static let parkedOldest = "sluice_syncer_parked_oldest_seconds"
  /// Counter; group: keys parked by this member.
  public static let keysParked = "sluice_syncer_keys_parked_total"
  /// Counter; group: records put into queues of parked keys by this member, failed ones and those behind them.
  public static let recordsParked = "sluice_syncer_records_parked_total"
  /// Counter; group: records of queues that this member has applied.
  public static let recordsResolved = "sluice_syncer_records_resolved_total"
  /// Counter; group: keys whose queue this member has applied to its end.
  public static let keysReleased = "sluice_syncer_keys_released_total"
  /// Counter; group, outcome (`applied`, `failed`): attempts at queues of parked keys.
  public static let parkingAttempts = "sluice_syncer_parking_attempts_total"
  /// Gauge; group: partitions that are held: their next record of a retry topic is not due, or no more may be parked.
  public static let heldPartitions = "sluice_syncer_held_partitions"
  /// Counter; group, topic, number: records sent to a retry topic.
  public static let retryRecords = "sluice_syncer_retry_records_total"
}
