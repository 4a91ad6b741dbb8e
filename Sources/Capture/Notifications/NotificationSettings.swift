/// `notification.enabled.channels` and `notification.sink.topic.name`.
struct NotificationSettings: Hashable, Sendable {
  enum Channel: String, Hashable, Sendable {
    case sink, log, jmx
  }

  var channels: [Channel] = []
  /// Set where `channels` has `sink`.
  var sinkTopic: String?

  init() {}

  init(_ reader: SettingsReader) throws(CaptureError) {
    for name in NameFilter.split(reader.text("notification.enabled.channels") ?? "") {
      guard let channel = Channel(rawValue: name.lowercased()) else {
        throw reader.error("notification.enabled.channels", name, "expected a list of sink, log, jmx")
      }
      if !channels.contains(channel) { channels.append(channel) }
    }
    sinkTopic = reader.text("notification.sink.topic.name")
    guard channels.contains(.sink) else { return }
    guard let sinkTopic else {
      throw .configuration(
        "\(reader.origin): key \"notification.sink.topic.name\" is missing: notification.enabled.channels names the channel sink")
    }
    guard sinkTopic.utf8.allSatisfy(TopicName.isLegal) else {
      throw reader.error("notification.sink.topic.name", sinkTopic, "expected letters, digits, '.', '_' and '-'")
    }
  }
}
