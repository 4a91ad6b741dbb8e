/// What arrives on a channel, in the order of the sending transactions' commits.
public struct Notifications: AsyncSequence, Sendable {
  /// One notification.
  public typealias Element = PostgresNotification
  /// ``PostgresError`` or `CancellationError`.
  public typealias Failure = any Error

  let stream: AsyncThrowingStream<PostgresNotification, any Error>

  /// One reader: notifications are shared out between several.
  public func makeAsyncIterator() -> AsyncThrowingStream<PostgresNotification, any Error>.Iterator {
    stream.makeAsyncIterator()
  }
}
