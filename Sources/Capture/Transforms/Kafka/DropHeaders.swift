internal import Logging

/// `org.apache.kafka.connect.transforms.DropHeaders`: removes all headers of these names.
struct DropHeaders: ConfiguredTransform {
  static let options = [TransformOption("headers", .list, isRequired: true)]
  static let hasParts = false
  let headers: Set<String>

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) { headers = Set(options.list("headers")) }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    record.headers.removeAll { headers.contains($0.name) }
    return true
  }
}
