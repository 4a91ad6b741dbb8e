internal import CRDKafka
internal import Synchronization

/// The result of a call that librdkafka answers with an event on the background queue.
///
/// Each one is passed as the call's opaque, retained, and released when the event comes: librdkafka answers every queued call once,
/// if need be with a timeout of its own.
final class EventPromise: Sendable {
  private let read: @Sendable (OpaquePointer) -> Void

  /// - Parameter read: reads the event on the background thread; the event is destroyed after it.
  init(read: @escaping @Sendable (OpaquePointer) -> Void) {
    self.read = read
  }

  func fulfil(_ event: OpaquePointer) {
    read(event)
    rd_kafka_event_destroy(event)
  }
}
