internal import CRDKafka
internal import Synchronization

/// The deliveries that wait for acknowledgements.
///
/// A message's opaque is not a pointer but two numbers, the delivery's (upper half) and the record's index in it (lower half). So a
/// million records in flight need no retain each, and an acknowledgement is one comparison with the delivery of the one before it.
final class DeliveryTable: Sendable {
  private struct State {
    var deliveries: [UInt32: Delivery] = [:]
    var last: UInt32 = 0
    var isCollecting = false
    var undelivered = UndeliveredReport()
  }

  private let state = Mutex(State())
  /// Where senders wait for room in librdkafka's queue.
  let room: QueueRoom

  init(room: QueueRoom) {
    self.room = room
  }

  /// Gives a delivery its number, which is never 0.
  func register(_ delivery: Delivery) -> UInt32 {
    state.withLock { state in
      repeat { state.last &+= 1 } while state.last == 0 || state.deliveries[state.last] != nil
      state.deliveries[state.last] = delivery
      return state.last
    }
  }

  func forget(_ number: UInt32) {
    state.withLock { _ = $0.deliveries.removeValue(forKey: number) }
  }

  /// Records that were enqueued, or are about to be, and not acknowledged yet.
  var outstanding: Int {
    let deliveries = state.withLock { Array($0.deliveries.values) }
    return deliveries.reduce(0) { $0 + $1.remaining }
  }

  static func opaque(_ number: UInt32, index: Int) -> UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: UInt(number) << 32 | UInt(UInt32(truncatingIfNeeded: index)))
  }

  /// From now on failures are counted for the report of a close.
  func collectUndelivered() {
    state.withLock { $0.isCollecting = true }
  }

  /// What was collected, plus what nobody will hear of any more.
  func takeUndelivered() -> UndeliveredReport {
    state.withLock { state in
      defer { state.undelivered = UndeliveredReport() }
      return state.undelivered
    }
  }

  /// Fails everything that is still open: no more reports will come.
  func failAll(_ error: KafkaError) {
    let open = state.withLock { state in
      defer { state.deliveries = [:] }
      return Array(state.deliveries.values)
    }
    for delivery in open { delivery.abandon(error) }
  }

  /// Reads one event of delivery reports, on the background thread.
  func report(_ event: OpaquePointer) {
    var number: UInt32 = 0
    var current: Delivery?
    var acknowledged = 0
    while let message = rd_kafka_event_message_next(event) {
      let bits = UInt(bitPattern: message.pointee._private)
      let owner = UInt32(truncatingIfNeeded: bits >> 32)
      if owner != number {
        settle(current, number, acknowledged: acknowledged)
        acknowledged = 0
        number = owner
        current = state.withLock { $0.deliveries[owner] }
      }
      guard let current else { continue }
      if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
        fail(message, index: Int(UInt32(truncatingIfNeeded: bits)), of: current, number)
      } else if current.wantsMetadata {
        settle(current, number, acknowledged: 1, metadata: Self.metadata(of: message))
      } else {
        acknowledged += 1
      }
    }
    settle(current, number, acknowledged: acknowledged)
  }

  private func settle(_ delivery: Delivery?, _ number: UInt32, acknowledged: Int, metadata: RecordMetadata? = nil) {
    guard let delivery, acknowledged > 0 else { return }
    if delivery.deliver(acknowledged, metadata: metadata) { forget(number) }
  }

  private func fail(_ message: UnsafePointer<rd_kafka_message_t>, index: Int, of delivery: Delivery, _ number: UInt32) {
    let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
    let partition = message.pointee.partition
    let isPossiblyStored = rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED
    let error = KafkaError(code: KafkaError.Code(message.pointee.err), where: "delivery to \(topic)")
    state.withLock { state in
      guard state.isCollecting else { return }
      state.undelivered.records += 1
      if isPossiblyStored { state.undelivered.possiblyStored += 1 }
      state.undelivered.byPartition[TopicPartition(topic: topic, partition: partition), default: 0] += 1
    }
    let failure = DeliveryFailure(
      index: index, topic: topic, partition: partition < 0 ? nil : partition, isPossiblyStored: isPossiblyStored, error: error)
    if delivery.fail(CollectionOfOne(failure)) { forget(number) }
  }

  private static func metadata(of message: UnsafePointer<rd_kafka_message_t>) -> RecordMetadata {
    RecordMetadata(
      topic: message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "", partition: message.pointee.partition,
      offset: message.pointee.offset, timestamp: rd_kafka_message_timestamp(message, nil))
  }
}
