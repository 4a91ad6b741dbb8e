/// Where notifications go. Called from any task; neither waits nor fails.
protocol NotificationChannel: Sendable {
  func send(_ notification: CaptureNotification)
}
