internal import Logging

/// Sends notifications to the channels that a connector names. Any task may call it.
struct NotificationService: Sendable {
  private let channels: [any NotificationChannel]
  private let sink: SinkNotifications?
  /// Metrics of snapshots follow what is told of them, whatever the channels.
  private let board: StatusBoard

  init(_ settings: NotificationSettings, board: StatusBoard, logger: Logger) {
    var channels: [any NotificationChannel] = []
    var sink: SinkNotifications?
    for channel in settings.channels {
      switch channel {
      case .log: channels.append(LogNotifications(logger: logger))
      case .jmx: channels.append(StatusNotifications(board: board))
      case .sink:
        guard let topic = settings.sinkTopic else { continue }
        let made = SinkNotifications(topic: topic, logger: logger)
        sink = made
        channels.append(made)
      }
    }
    self.channels = channels
    self.sink = sink
    self.board = board
  }

  func send(_ notification: CaptureNotification) {
    board.note(notification)
    for channel in channels { channel.send(notification) }
  }

  /// Writes what waits for the sink into the encoder's batch; called by the task that owns the encoder, where a record may stand.
  func write(to encoder: ChangeEncoder) throws(CaptureError) {
    guard let sink else { return }
    for record in sink.take() { try encoder.append(record) }
  }
}
