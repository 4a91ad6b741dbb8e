internal import Logging

/// `org.apache.kafka.connect.transforms.TimestampRouter`: the topic's name gets the record's time.
struct TimestampRouter: ConfiguredTransform {
  static let options = [
    TransformOption("topic.format", fallback: "${topic}-${timestamp}"), TransformOption("timestamp.format", fallback: "yyyyMMdd"),
  ]
  static let hasParts = false
  let topicFormat: String
  let timestampFormat: SimpleDateFormat

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    topicFormat = options.text("topic.format") ?? ""
    do { timestampFormat = try SimpleDateFormat(options.text("timestamp.format") ?? "") } catch {
      throw options.error("timestamp.format", error.reason)
    }
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    guard let timestamp = record.timestamp else {
      throw .configuration("the record has no timestamp; expected one from an EventRouter before this transform")
    }
    // First the topic, then the time: a topic's own name may hold the second placeholder.
    record.topic = Self.replace("${timestamp}", timestampFormat.string(timestamp), Self.replace("${topic}", record.topic, topicFormat))
    return true
  }

  private static func replace(_ placeholder: String, _ replacement: String, _ text: String) -> String {
    text.split(separator: placeholder, omittingEmptySubsequences: false).joined(separator: replacement)
  }
}
