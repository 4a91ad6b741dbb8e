/// What a topic's configuration says about its logs. Names and defaults are Kafka's topic configurations, times in
/// milliseconds, sizes in bytes.
struct LogConfiguration: Equatable, Sendable {
  /// `segment.bytes`: a segment is closed before it grows beyond this.
  var segmentBytes = 1 << 30
  /// `segment.ms`: a segment whose first record is older than this is closed at the next append.
  var segmentMillis: Int64 = 604_800_000
  /// `retention.ms`: a segment whose newest record is older is deleted; -1 for never.
  var retentionMillis: Int64 = 604_800_000
  /// `retention.bytes`: the oldest segments go while the rest is at least this large; -1 for no limit.
  var retentionBytes: Int64 = -1
  /// `cleanup.policy` contains `delete`.
  var cleanupDelete = true
  /// `cleanup.policy` contains `compact`: every record needs a key.
  var cleanupCompact = false
  /// `min.cleanable.dirty.ratio`.
  var minCleanableDirtyRatio = 0.5
  /// `delete.retention.ms`: how long a tombstone outlives its compaction.
  var deleteRetentionMillis: Int64 = 86_400_000
  /// `min.compaction.lag.ms`.
  var minCompactionLagMillis: Int64 = 0
  /// `max.compaction.lag.ms`.
  var maxCompactionLagMillis: Int64 = .max
  /// `max.message.bytes`: largest batch, as it came.
  var maxMessageBytes = 1_048_588
  /// `message.timestamp.type`.
  var timestampType = TimestampType.createTime
  /// `message.timestamp.before.max.ms`: how far a producer's timestamp may lie behind the broker's clock.
  var timestampBeforeMaxMillis: Int64 = .max
  /// `message.timestamp.after.max.ms`: how far it may lie ahead.
  var timestampAfterMaxMillis: Int64 = 3_600_000
  /// `index.interval.bytes`: at most one entry of a segment's index in so many bytes of data.
  var indexIntervalBytes = 4096
  /// `file.delete.delay.ms`: how long the files of a deleted segment stay on disk, renamed.
  var fileDeleteDelayMillis: Int64 = 60_000
}
