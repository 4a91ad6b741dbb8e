internal import CRDKafka
public import Logging
internal import Synchronization

/// Writes records to Kafka. May be used by any number of tasks at once.
///
/// Nothing here blocks a thread of the cooperative pool: a full queue suspends the sender, and acknowledgements arrive on librdkafka's
/// background thread. Close it with `close(deadline:)`; a producer that is dropped without it loses what it has not sent.
public final class Producer: Sendable {
  let configuration: ProducerConfiguration
  let logger: Logger
  let handle: ClientHandle
  let deliveries: DeliveryTable
  /// Transaction calls follow one another.
  let transactions: BlockingQueue
  let isClosed = Mutex(false)

  /// Makes a producer; connecting happens in the background.
  /// - Throws: `KafkaError` (`invalidArgument`) naming every configuration key that is wrong.
  public init(configuration: ProducerConfiguration, logger: Logger) throws {
    let deliveries = DeliveryTable(room: QueueRoom())
    let context = ClientContext(role: "producer", configuration: configuration, deliveries: deliveries, logger: logger)
    handle = try configuration.native().makeClient(RD_KAFKA_PRODUCER, events: RD_KAFKA_EVENT_DR, context: context)
    self.configuration = configuration
    self.logger = context.logger
    self.deliveries = deliveries
    transactions = BlockingQueue(label: "transactions", serial: true)
  }

  deinit {
    deliveries.room.close()
    deliveries.failAll(.closed("Producer"))
  }

  /// Writes one record and waits for its acknowledgement.
  /// - Returns: where it stands.
  /// - Throws: `KafkaError` if it was not delivered; `CancellationError` only while it waits for room in the queue. A record that is
  ///   in the queue is sent, even if the task is cancelled.
  public func send(_ record: ProducerRecord) async throws -> RecordMetadata {
    var batch = RecordBatch(reservingRecords: 1)
    batch.append(record)
    let delivery = Delivery(expecting: 1, wantsMetadata: true)
    try await enqueue(batch, delivery)
    let report = await delivery.wait()
    if let failure = report.failures.first { throw failure.error }
    guard let metadata = delivery.metadata else { throw KafkaError.closed("Producer.send") }
    return metadata
  }

  /// Writes records in order and waits for all acknowledgements together.
  /// - Returns: how many were delivered, and each failure with its index.
  public func send(contentsOf records: [ProducerRecord]) async throws -> DeliveryReport {
    var batch = RecordBatch(reservingRecords: records.count)
    for record in records { batch.append(record) }
    return try await enqueue(batch).wait()
  }

  /// Puts records into the queue in order and returns without waiting for acknowledgements. Suspends while the queue is full.
  ///
  /// Batches that were handed over one after the other reach each partition in that order.
  /// - Returns: the delivery to wait for. If the sender was cancelled, the queue stayed full or the producer was closed midway, the
  ///   records that did not get in are among its failures.
  /// - Throws: the same, if not a single record got in.
  public func enqueue(_ batch: RecordBatch) async throws -> Delivery {
    let delivery = Delivery(expecting: batch.count)
    guard !batch.isEmpty else { return delivery }
    try await enqueue(batch, delivery)
    return delivery
  }

  /// How many records wait for acknowledgement.
  public var outstandingRecords: Int { deliveries.outstanding }

  private func enqueue(_ batch: RecordBatch, _ delivery: Delivery) async throws {
    var progress = EnqueueProgress(number: deliveries.register(delivery))
    let deadline = ContinuousClock.now + configuration.enqueueTimeout
    let room = deliveries.room
    defer { room.passOn() }
    do {
      if room.hasWaiters { try await room.wait(seen: room.generation, deadline: deadline, isFirst: false) }
      while true {
        guard !isClosed.withLock({ $0 }) else { throw KafkaError.closed("Producer") }
        let generation = room.generation
        let isDone = try enqueue(batch, &progress)
        if !progress.failures.isEmpty {
          if delivery.fail(progress.failures) { deliveries.forget(progress.number) }
          progress.failures = []
        }
        if isDone { return }
        try await room.wait(seen: generation, deadline: deadline, isFirst: true)
      }
    } catch {
      try giveUp(batch, delivery, progress, error)
    }
  }

  /// What has not entered fails; if nothing has, the caller gets the error itself.
  private func giveUp(_ batch: RecordBatch, _ delivery: Delivery, _ progress: EnqueueProgress, _ error: any Error) throws {
    guard progress.next > 0 else {
      deliveries.forget(progress.number)
      throw error
    }
    let reason =
      error as? KafkaError
      ?? KafkaError(code: .interrupted, isRetriable: true, reason: "the sender was cancelled", where: "Producer")
    let rest = (progress.next..<batch.count).map { index in
      let entry = batch.entries[index]
      return DeliveryFailure(
        index: index, topic: batch.topics[Int(entry.topic)], partition: entry.partition < 0 ? nil : entry.partition,
        isPossiblyStored: false, error: reason)
    }
    if delivery.fail(progress.failures + rest) { deliveries.forget(progress.number) }
  }
}
