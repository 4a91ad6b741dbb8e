public import ChangeEvents

/// What of an envelope's source is asked of each record again and again.
public struct SourceTimes: Sendable, Hashable {
  /// The change's LSN; nil where the source told none.
  public var lsn: Int64?
  /// Commit time, microseconds since 1970; for a snapshot's row when it was read.
  public var committedAt: Int64
  /// Whether a snapshot read the row.
  public var isRead: Bool

  /// Those of an envelope.
  public init(_ envelope: Envelope) {
    lsn = envelope.source.lsn
    committedAt = envelope.source.tsUs
    isRead = envelope.operation == .read
  }
}
