internal import Logging

/// `org.apache.kafka.connect.transforms.Filter`: drops what its predicate selects.
struct Filter: ConfiguredTransform {
  static let options: [TransformOption] = []
  static let hasParts = false

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {}

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool { false }
}
