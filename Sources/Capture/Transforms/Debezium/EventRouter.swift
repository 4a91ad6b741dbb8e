internal import Logging

/// `io.debezium.transforms.outbox.EventRouter`: rows of an outbox table become events.
struct EventRouter: RecordTransform {
  let settings: EventRouterSettings

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    true
  }
}
