/// What a syncer has done since it was started.
public struct SyncerCounts: Hashable, Sendable {
  /// Records applied by the sink.
  public var recordsApplied: UInt64 = 0
  /// Records passed over: duplicates, stale ones, tombstones and unknown ones that nobody wanted.
  public var recordsSkipped: UInt64 = 0
  /// Transactions committed by the sink.
  public var batchesApplied: UInt64 = 0
  /// Attempts made again after a transient failure, or after the sink was down.
  public var retries: UInt64 = 0
  /// Dead letters acknowledged.
  public var deadLetters: UInt64 = 0

  /// Keys parked.
  public var keysParked: UInt64 = 0
  /// Records put into queues of parked keys, failed ones included.
  public var recordsParked: UInt64 = 0
  /// Records of such queues that were applied.
  public var recordsResolved: UInt64 = 0
  /// Records sent to retry topics.
  public var recordsRetried: UInt64 = 0

  /// Nothing done yet.
  public init() {}
}
