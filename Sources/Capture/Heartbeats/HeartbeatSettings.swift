/// `heartbeat.*`.
struct HeartbeatSettings: Sendable {
  /// `heartbeat.interval.ms`; nil (default, 0) for no heartbeats.
  var interval: Duration?
  /// `heartbeat.action.query`: run with each heartbeat.
  var actionQuery: String?
  var topic: String
  /// `topic.prefix`, which the key carries.
  var serverName: String

  init(_ reader: SettingsReader, topics: TopicNaming) {
    let milliseconds = reader.number("heartbeat.interval.ms")
    interval = milliseconds > 0 ? .milliseconds(milliseconds) : nil
    actionQuery = reader.text("heartbeat.action.query").flatMap { $0.trimmingSpace().isEmpty ? nil : $0 }
    topic = topics.heartbeats
    serverName = topics.prefix
  }
}
