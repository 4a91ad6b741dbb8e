internal import Logging

/// The channel `log`.
struct LogNotifications: NotificationChannel {
  let logger: Logger

  func send(_ notification: CaptureNotification) {
    var metadata: Logger.Metadata = ["id": "\(notification.id)"]
    for (name, value) in notification.additionalData { metadata[name] = "\(value)" }
    logger.notice("[Notification Service] \(notification.aggregateType): \(notification.type)", metadata: metadata)
  }
}
