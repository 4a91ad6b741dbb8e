internal import CRDKafka
public import Logging
internal import Synchronization

/// Reads records from Kafka, as a member of a group (`subscribe`) or on its own (`assign`).
///
/// One task takes batches; commits and questions may come from any. Nothing blocks the cooperative pool: records are taken from
/// librdkafka's memory without waiting, and what librdkafka can only do by blocking runs on threads of its own.
///
/// Inside, two queues. Group events stay on librdkafka's consumer queue; records of the partitions that are assigned go to another.
/// So a rebalance does not stand in line behind prefetched records, and is never met in the middle of a batch.
public final class Consumer: Sendable {
  /// Where the consumer is in its life.
  enum Phase {
    case open, closing, closed
  }

  struct State {
    var phase = Phase.open
    var isPolling = false
    var handler: (any RebalanceHandler)?
    var averageBytes = 512
    /// What the owner paused.
    var paused: Set<TopicPartition> = []
    /// An error that came with records, kept until the owner has had these.
    var failure: KafkaError?
    /// Where partitions had nothing more to read, until somebody asks.
    var ends: [TopicPartition: Int64] = [:]
    /// When librdkafka was told last that its queue may have room.
    var roomToldAt = ContinuousClock.now
    /// Signalled when nobody polls any more, for `close`.
    var idle: Promise<Void>?
  }

  let configuration: ConsumerConfiguration
  let logger: Logger
  let handle: ClientHandle
  let state = Mutex(State())
  let commits: Mutex<Commits>
  let wakeUp = WakeUp()
  // SAFETY: queues of librdkafka are thread safe; the handle owns them and destroys them with the client.
  nonisolated(unsafe) let events: OpaquePointer
  nonisolated(unsafe) let records: OpaquePointer

  /// Makes a consumer; connecting happens in the background.
  /// - Throws: `KafkaError` (`invalidArgument`) naming every configuration key that is wrong.
  public init(configuration: ConsumerConfiguration, logger: Logger) throws {
    let context = ClientContext(role: "consumer", configuration: configuration, logger: logger)
    let handle = try configuration.native().makeClient(
      RD_KAFKA_CONSUMER, events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT, context: context)
    guard let events = rd_kafka_queue_get_consumer(handle.pointer), let records = rd_kafka_queue_new(handle.pointer) else {
      throw KafkaError(code: .criticalSystemResource, where: "Consumer")
    }
    handle.own(queue: events)
    handle.own(queue: records)
    self.configuration = configuration
    self.logger = context.logger
    self.handle = handle
    self.events = events
    self.records = records
    commits = Mutex(Commits())
    let opaque = handle.retain(wakeUp)
    // Called on librdkafka's threads when a queue is not empty any more; it only wakes the owner's task.
    let wake: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, opaque in
      guard let opaque else { return }
      // SAFETY: the handle retains the WakeUp until the client is destroyed.
      Unmanaged<WakeUp>.fromOpaque(opaque).takeUnretainedValue().signal()
    }
    rd_kafka_queue_cb_event_enable(events, wake, opaque)
    rd_kafka_queue_cb_event_enable(records, wake, opaque)
  }

  /// Joins the group for these topics; replaces an earlier subscription. Partitions come with a later `nextBatch`.
  /// - Parameters:
  ///   - topics: names, or regular expressions that begin with `^`.
  ///   - rebalance: told of partitions before and after they are this member's.
  public func subscribe(_ topics: [String], rebalance: any RebalanceHandler) async throws {
    guard configuration.groupID != nil else {
      throw KafkaError(code: .unknownGroup, reason: "subscribe needs a groupID; without one use assign", where: "Consumer.subscribe")
    }
    try checkOpen("subscribe")
    state.withLock { $0.handler = rebalance }
    let handle = handle
    handle.noteSubscribed()
    try await handle.blocking.run {
      let list = try TopicPartitionList(topics.map { TopicPartition(topic: $0, partition: -1) })
      try KafkaError.check(rd_kafka_subscribe(handle.pointer, list.pointer), where: "Consumer.subscribe")
    }
  }

  /// Reads these partitions without a group; replaces an earlier assignment.
  public func assign(_ starts: [TopicPartition: StartOffset]) async throws {
    try checkOpen("assign")
    let handle = handle
    nonisolated(unsafe) let records = records
    try await handle.blocking.run {
      let list = try TopicPartitionList(starts.mapValues(\.native))
      for partition in starts.keys { Self.route(partition, of: handle, to: records) }
      try KafkaError.check(rd_kafka_assign(handle.pointer, list.pointer), where: "Consumer.assign")
    }
    state.withLock { state in
      state.paused = []
      state.ends = [:]
    }
    commits.withLock { commits in
      commits.ledger.revokeAll()
      commits.ledger.assign(Array(starts.keys), committed: [:])
    }
  }

  /// Sends a partition's records to the queue of records. Stays in force while the partition is assigned; so once per assignment.
  static func route(_ partition: TopicPartition, of handle: ClientHandle, to records: OpaquePointer) {
    guard let queue = rd_kafka_queue_get_partition(handle.pointer, partition.topic, partition.partition) else { return }
    rd_kafka_queue_forward(queue, records)
    rd_kafka_queue_destroy(queue)
  }

  func checkOpen(_ place: String) throws {
    if state.withLock({ $0.phase != .open }) { throw KafkaError.closed("Consumer.\(place)") }
  }
}
