public import Postgres

/// What a capture knows about itself.
public struct CaptureStatus: Sendable, Hashable {
  /// What it is doing.
  public enum Phase: String, Sendable, Hashable {
    case starting, snapshot, streaming, reconnecting, stopping, stopped
    /// Waits for the process that reads the slot to end (`CaptureOptions.isStandby`).
    case standby
  }

  /// What it is doing.
  public var phase: Phase = .starting
  /// Whether the source is connected.
  public var isConnected = false
  /// When the sink last acknowledged something, or was found to owe nothing while the source was connected; nil before the first
  /// time. Looked at every `CaptureOptions.monitorInterval`: one that grows older than a few of them is a stall.
  public var lastProgress: ContinuousClock.Instant?
  /// From the last change's commit to when it was read, or to now while it is not delivered, milliseconds; 0 when idle.
  public var millisecondsBehindSource: Int64 = 0
  /// Changes read, since the process began.
  public var eventsSeen = 0
  /// Rows that snapshots read.
  public var snapshotRows = 0
  /// Whether a snapshot was completed, by this run or an earlier one.
  public var isSnapshotCompleted = false
  /// What the slot was told: everything before is in the sink.
  public var confirmed: LSN?
  /// WAL that the server keeps for the slot, bytes; nil before it was looked at.
  public var retainedWALBytes: Int64?
  /// `pg_replication_slots.wal_status`.
  public var walStatus: String?
  /// `pg_replication_slots.safe_wal_size`; nil without a bound on what slots keep.
  public var safeWALBytes: Int64?
  /// Tables that the filters let through, when the connection was made.
  public var capturedTables = 0
  /// Commit time of the last change, microseconds since 1970; nil before the first.
  public var lastEventTime: Int64?
  /// What is known of snapshots.
  public var snapshot = SnapshotStatus()
  /// Lag over the last minutes.
  var lag = LagStatistics.Summary()
  /// `skip.messages.without.change`.
  var skipsUnchanged = false
  /// Bytes of records that wait for their acknowledgement.
  public var bytesInFlight = 0
  /// Why the last connection ended; nil while all is well.
  public var lastFailure: String?
  /// Asked to send nothing for now (`CaptureEngine.pause()`).
  public var isPaused = false
  /// How often the connection was lost.
  public var reconnects = 0
  /// How often the offset could not be stored and was to be stored again; until it is, the slot stays where it is.
  public var offsetSaveFailures = 0

  /// The newest notifications, oldest first, at most 100; only with the channel `jmx` in `notification.enabled.channels`.
  public var notifications: [CaptureNotification] = []

  /// A capture that has not begun.
  public init() {}
}
