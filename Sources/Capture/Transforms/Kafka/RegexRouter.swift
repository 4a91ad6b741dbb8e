internal import Logging

/// `org.apache.kafka.connect.transforms.RegexRouter`: renames the topic where the whole name matches.
struct RegexRouter: ConfiguredTransform {
  static let options = [TransformOption("regex", .pattern, isRequired: true), TransformOption("replacement", isRequired: true)]
  static let hasParts = false
  let pattern: NamePattern
  let replacement: String

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    pattern = try options.pattern("regex")
    replacement = options.text("replacement") ?? ""
    do { try pattern.validate(replacement: replacement) } catch {
      throw options.error("replacement", "expected groups ($1, ${name}) that the regular expression has")
    }
  }

  init(pattern: NamePattern, replacement: String) {
    self.pattern = pattern
    self.replacement = replacement
  }

  var compiled: Transform.Kind? { .regexRouter(pattern: pattern, replacement: replacement) }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    record.topic = try topic(from: record.topic)
    return true
  }

  func topic(from topic: String) throws(CaptureError) -> String {
    do { return try pattern.replacing(topic, with: replacement) ?? topic } catch {
      guard !error.isTooSlow else { throw pattern.tooSlow(topic) }
      throw .configuration("the replacement \(JSONDocument.quoted(replacement)) names a group that is not there")
    }
  }
}
