/// Changes as they come out of a slot.
///
/// A thread of its own reads the socket and reports positions to the server on time, whatever the receiver does. What it has read waits in a bounded
/// buffer; when that is full, the socket is not read until the receiver has taken something.
///
/// One task receives; ``confirm(_:)`` and ``close()`` may be called from anywhere.
public final class ReplicationStream: Sendable {
  private let buffer: StreamBuffer
  /// The slot that is read.
  public let slot: String
  /// How often positions are reported, after a look at the server's `wal_sender_timeout`.
  public let statusInterval: Duration

  init(slot: String, buffer: StreamBuffer, statusInterval: Duration) {
    self.slot = slot
    self.buffer = buffer
    self.statusInterval = statusInterval
  }

  deinit {
    buffer.requestClose()
  }

  /// The next messages, at least one or a keepalive (neither after ``wake()``); nil when the server has ended the stream (it shuts down) or after ``close()``.
  /// - Throws: ``PostgresError`` when the stream broke, after everything read before was handed out; `CancellationError`.
  public func next() async throws -> WALBatch? {
    try await buffer.next()
  }

  /// Lets a `next()` that waits return an empty batch, for receivers that have something else to do, too. Nothing is lost by it, as would be
  /// by giving up a `next()` that has just got something.
  public func wake() {
    buffer.wake()
  }

  /// Everything before this position is safe with the receiver: the server may drop it. Lower positions than before are ignored.
  ///
  /// Sent with the next status update, so within `statusInterval`; see ``close()`` for the last one.
  public func confirm(_ lsn: LSN) {
    buffer.confirm(lsn)
  }

  /// The highest position confirmed so far.
  public var confirmedLSN: LSN { buffer.confirmedLSN }

  /// Reports the last confirmed position, ends the stream, and closes its connection; takes at most some seconds.
  public func close() async {
    await buffer.close()
  }
}
