internal import Logging

/// `org.apache.kafka.connect.transforms.RegexRouter`: renames the topic where the whole name matches.
struct RegexRouter: RecordTransform {
  let pattern: NamePattern
  let replacement: String

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    do { record.topic = try pattern.replacing(record.topic, with: replacement) ?? record.topic } catch {
      throw .configuration("the replacement \(JSONDocument.quoted(replacement)) names a group that is not there")
    }
    return true
  }
}
