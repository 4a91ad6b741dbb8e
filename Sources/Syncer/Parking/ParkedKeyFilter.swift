/// Which parked keys an operator means. What is nil does not matter; what is set must all hold.
public struct ParkedKeyFilter: Hashable, Sendable {
  /// The cluster.
  public var clusterID: String?
  /// The consumer group.
  public var group: String?
  /// The topic that the records come from.
  public var topic: String?
  /// The number of the partition.
  public var partition: Int32?
  /// The whole key.
  public var key: [UInt8]?
  /// What is to happen.
  public var state: ParkedKey.State?
  /// The class of the error.
  public var errorClass: ParkedErrorClass?
  /// The kind of error: `PostgresError.23503`.
  public var errorName: String?
  /// The handler that failed.
  public var handler: String?
  /// The offsets of failed records, inclusive.
  public var offsets: ClosedRange<Int64>?
  /// Parked at this time or later, in ms since 1970.
  public var parkedFrom: Int64?
  /// Parked before this time, in ms since 1970.
  public var parkedBefore: Int64?
  /// Only keys whose ``ParkedKey/id`` is greater: the last one of the page before.
  public var after: Int64?
  /// The most keys of a page. Default 100.
  public var limit = 100

  /// All parked keys.
  public init() {}
}
