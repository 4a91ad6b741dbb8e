internal import Logging
internal import Synchronization

/// The channel `sink`: notifications wait until the task that makes records puts them between two batches.
///
/// Bounded: while nobody takes them the oldest are dropped, with a warning.
final class SinkNotifications: NotificationChannel {
  private let topic: String
  private let logger: Logger
  private let waiting = Mutex<[CaptureNotification]>([])
  private static let limit = 1000

  init(topic: String, logger: Logger) {
    self.topic = topic
    self.logger = logger
  }

  func send(_ notification: CaptureNotification) {
    let isFull = waiting.withLock { waiting in
      let isFull = waiting.count >= Self.limit
      if isFull { waiting.removeFirst() }
      waiting.append(notification)
      return isFull
    }
    if isFull { logger.warning("a notification is dropped: \(Self.limit) wait to be sent", metadata: ["topic": "\(topic)"]) }
  }

  /// Takes out what waits, as records.
  func take() -> [ConnectRecord] {
    let taken = waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    return taken.map { $0.record(topic: topic) }
  }
}
