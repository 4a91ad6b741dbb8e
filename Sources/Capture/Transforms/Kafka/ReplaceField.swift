internal import Logging

/// `org.apache.kafka.connect.transforms.ReplaceField`: which fields stay, and under which names.
struct ReplaceField: RecordTransform {
  let settings: ReplaceFieldSettings
  let part: RecordPart

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    true
  }
}
