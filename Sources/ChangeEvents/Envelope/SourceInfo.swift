/// What differs from record to record in Debezium's `source` block; what a table's records share is given to `EnvelopeWriter`.
public struct SourceInfo: Sendable, Hashable {
  /// Commit time (streamed) or time of reading (snapshot), microseconds since 1970.
  public var tsUs: Int64
  /// The place in a snapshot.
  public var snapshot: SnapshotMarker
  /// LSN of the last commit before this transaction, nil before the first one.
  public var lastCommitLSN: UInt64?
  /// LSN of the change itself; of rows of incremental snapshots that of the stream then, which stands in `sequence` alone.
  public var lsn: UInt64?
  /// The transaction's id, nil for logical messages outside of transactions.
  public var txID: Int64?
  /// `xmin` of the slot where `xmin.fetch.interval.ms` asks for it.
  public var xmin: Int64?
  /// The replication origin's name.
  public var origin: String?
  /// LSN at the replication origin.
  public var originLSN: UInt64?

  /// Describes a source; what is not given is null on the wire.
  public init(
    tsUs: Int64, snapshot: SnapshotMarker = .streaming, lastCommitLSN: UInt64? = nil, lsn: UInt64? = nil, txID: Int64? = nil,
    xmin: Int64? = nil, origin: String? = nil, originLSN: UInt64? = nil
  ) {
    self.tsUs = tsUs
    self.snapshot = snapshot
    self.lastCommitLSN = lastCommitLSN
    self.lsn = lsn
    self.txID = txID
    self.xmin = xmin
    self.origin = origin
    self.originLSN = originLSN
  }
}
