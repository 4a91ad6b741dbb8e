/// The channel `jmx`: what JMX would show stands in `CaptureStatus.notifications`.
struct StatusNotifications: NotificationChannel {
  let board: StatusBoard
  /// The newest are kept.
  static let limit = 100

  func send(_ notification: CaptureNotification) {
    board.update { status in
      if status.notifications.count >= Self.limit { status.notifications.removeFirst() }
      status.notifications.append(notification)
    }
  }
}
