extension NamePattern {
  /// Whether it covers a topic's name.
  ///
  /// - Throws: `CaptureError` (configuration) where that takes too long.
  func test(topic: String) throws(CaptureError) -> Bool {
    do { return try test(topic) } catch { throw tooSlow(topic) }
  }

  func tooSlow(_ topic: String) -> CaptureError {
    .configuration(
      "the regular expression \(JSONDocument.quoted(String(source.prefix(200)))) took longer than \(Self.deadline) on the topic "
        + "\(JSONDocument.quoted(String(topic.prefix(200)))): write it without nested repetitions")
  }
}
