/// Where the notifications of one listener go. Bounded: a listener that does not read loses the newest, and is told by a log line.
final class NotificationSink: Sendable {
  private let continuation: AsyncThrowingStream<PostgresNotification, any Error>.Continuation

  init(_ continuation: AsyncThrowingStream<PostgresNotification, any Error>.Continuation) {
    self.continuation = continuation
  }

  /// False when the buffer was full.
  func deliver(_ notification: PostgresNotification) -> Bool {
    if case .dropped = continuation.yield(notification) { return false }
    return true
  }

  func finish(throwing error: any Error) {
    continuation.finish(throwing: error)
  }
}
