internal import CRDKafka
internal import Dispatch
internal import Synchronization

/// The one owner of a `rd_kafka_t`. Everything that holds memory of the client (batches of records, topic handles) retains it;
/// the client is destroyed when the last of them is gone.
final class ClientHandle: Sendable {
  // SAFETY: librdkafka's handle may be used from any thread; it is destroyed only after the last reference to this object.
  nonisolated(unsafe) let pointer: OpaquePointer
  /// Calls that block, away from the cooperative pool.
  let blocking: BlockingQueue

  private let context: Unmanaged<ClientContext>
  private let belongings = Mutex(Belongings())

  /// What must go before the client goes.
  private struct Belongings: @unchecked Sendable {
    // SAFETY: raw handles that are only touched under the mutex or in deinit.
    var queues: [OpaquePointer] = []
    var topics: [String: OpaquePointer] = [:]
    var retained: [Unmanaged<AnyObject>] = []
    var abandonsGroup = false
    /// Nil for a client that joins no group.
    var isJoining: Bool?
  }

  init(_ pointer: OpaquePointer, context: Unmanaged<ClientContext>) {
    self.pointer = pointer
    self.context = context
    blocking = BlockingQueue(label: String(cString: rd_kafka_name(pointer)))
    // SAFETY: the context outlives the client, deinit releases it last.
    context.takeUnretainedValue().client.withLock { $0.handle = self }
    // The main queue goes to librdkafka's own background thread. Polling it ourselves would look like the owner's poll of a
    // consumer and so reset max.poll.interval.ms, which is there to notice an owner that hangs.
    if let main = rd_kafka_queue_get_main(pointer), let background = rd_kafka_queue_get_background(pointer) {
      rd_kafka_queue_forward(main, background)
      rd_kafka_queue_destroy(main)
      rd_kafka_queue_destroy(background)
    }
  }

  deinit {
    let dying = belongings.withLock { $0 }
    // SAFETY: nobody else has a reference any more; the closure is the last user. It runs elsewhere because destroying waits for
    // librdkafka's threads, and this deinit may run on one of them or on the cooperative pool.
    nonisolated(unsafe) let client = pointer
    let context = context
    DispatchQueue(label: "librdkafka.destroy").async {
      for queue in dying.queues {
        rd_kafka_queue_cb_event_enable(queue, nil, nil)
        rd_kafka_queue_destroy(queue)
      }
      for topic in dying.topics.values { rd_kafka_topic_destroy(topic) }
      if dying.isJoining == true {
        // What callbacks use is not released: nobody says when librdkafka's main thread has ended.
        rd_kafka_destroy_flags(client, Self.destroyImmediately)
        return context.takeUnretainedValue().leftBehind()
      }
      if dying.abandonsGroup {
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
      } else {
        rd_kafka_destroy(client)
      }
      for object in dying.retained { object.release() }
      context.release()
    }
  }

  // MARK: Members that never had partitions

  /// The consumer is about to join its group.
  ///
  /// Until 2.3 librdkafka ends the process with "assignor_state' failed" where it frees a member that knows how its group divides partitions
  /// and was never given any, which is where it is between the answers to its first JoinGroup and its first SyncGroup (its issue 4312, with
  /// cooperative-sticky). It does not say whether a client is there, so that each that has never been given partitions is ended as usual,
  /// threads and connections, but not freed: some kilobytes.
  func noteSubscribed() {
    belongings.withLock { if $0.isJoining == nil { $0.isJoining = Self.mayAbort } }
  }

  /// The consumer was given partitions, be they none.
  func noteAssigned() {
    belongings.withLock { $0.isJoining = false }
  }

  /// How the group divides partitions: `EAGER`, `COOPERATIVE`; `NONE` before the first JoinGroup was answered. Not to be asked for once the
  /// client is closing: nobody answers then.
  var rebalanceProtocol: String? { rd_kafka_rebalance_protocol(pointer).map { String(cString: $0) } }

  /// Whether this librdkafka has that defect.
  static let mayAbort = rd_kafka_version() < 0x0203_0000

  /// `RD_KAFKA_DESTROY_F_IMMEDIATE` of rdkafka_int.h, the same in all versions from 1.6 to 2.2; implies that the group is not left.
  private static let destroyImmediately: Int32 = 0x4

  /// The background queue as a destination for results; the caller destroys the reference with `rd_kafka_queue_destroy`.
  func withBackgroundQueue<R>(_ body: (OpaquePointer) -> R) throws(KafkaError) -> R {
    guard let queue = rd_kafka_queue_get_background(pointer) else { throw .closed("background queue") }
    defer { rd_kafka_queue_destroy(queue) }
    return body(queue)
  }

  /// Keeps a queue until the client goes.
  func own(queue: OpaquePointer) {
    // SAFETY: ownership passes to this object.
    nonisolated(unsafe) let queue = queue
    belongings.withLock { $0.queues.append(queue) }
  }

  /// Retains an object that a C callback uses, until the client is gone.
  func retain(_ object: AnyObject) -> UnsafeMutableRawPointer {
    let retained = Unmanaged.passRetained(object)
    // SAFETY: a retain count, released once in deinit.
    nonisolated(unsafe) let kept = retained
    belongings.withLock { $0.retained.append(kept) }
    return retained.toOpaque()
  }

  /// Destroying will not try to leave the consumer group: closing it has already failed.
  func abandonGroup() {
    belongings.withLock { $0.abandonsGroup = true }
  }

  /// The producer's handle of a topic, made once.
  func topic(_ name: String) throws(KafkaError) -> OpaquePointer {
    // SAFETY: topic handles are thread safe and live as long as this object.
    nonisolated(unsafe) let client = pointer
    nonisolated(unsafe) var found: OpaquePointer?
    belongings.withLock { state in
      if let known = state.topics[name] {
        found = known
      } else if let made = rd_kafka_topic_new(client, name, nil) {
        state.topics[name] = made
        found = made
      }
    }
    guard let found else {
      throw KafkaError.of(rd_kafka_last_error(), client: pointer, reason: "\"\(name)\" is no topic name", where: "Producer")
    }
    return found
  }
}
