/// One XLogData message: where its payload stands in the batch, and the server's header.
public struct WALMessage: Sendable, Hashable {
  /// Position of the payload in the WAL. For pgoutput, the position of the change's record.
  public var walStart: LSN
  /// The end of WAL as the server knew it when it sent this.
  public var serverWALEnd: LSN
  /// When the server sent this: microseconds since 2000-01-01 UTC.
  public var serverTime: Int64
  /// The payload's place in ``WALBatch/bytes``.
  public var range: Range<Int>
}
