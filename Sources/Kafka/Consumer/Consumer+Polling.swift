internal import CRDKafka

extension Consumer {
  /// The next records, as soon as there are any; an empty batch after `maxWait` without one, so that the owner can do its periodic work.
  ///
  /// Rebalances are handled in here. An owner that stays away for `maximumPollInterval` loses its partitions.
  /// - Parameters:
  ///   - maxRecords: the most records to return.
  ///   - maxBytes: where to stop, counted in bytes of keys and values; the last record may go beyond it, and where records differ much
  ///     in size some more.
  ///   - maxWait: how long to wait for the first record.
  /// - Returns: nil when the consumer was closed.
  /// - Throws: `KafkaError` if the client is beyond use, is not authorized, or lost its place with `offsetReset` error;
  ///   `conflict` if another task is in here; `CancellationError`.
  public func nextBatch(maxRecords: Int = 10_000, maxBytes: Int = 16 << 20, maxWait: Duration = .seconds(1)) async throws -> ConsumerBatch?
  {
    guard try beginPolling() else { return nil }
    defer { endPolling() }
    let deadline = ContinuousClock.now + maxWait
    while true {
      try Task.checkCancellation()
      try await serveEvents()
      guard state.withLock({ $0.phase == .open }) else { return nil }
      let batch = try take(maxRecords: max(1, maxRecords), maxBytes: max(1, maxBytes))
      if !batch.isEmpty {
        tellOfRoom()
        return batch
      }
      let now = ContinuousClock.now
      if now >= deadline { return batch }
      // Woken now and then, because each look tells librdkafka that the owner is alive.
      await wakeUp.wait(until: min(deadline, now + min(.seconds(1), configuration.maximumPollInterval / 4)))
    }
  }

  private func beginPolling() throws -> Bool {
    try state.withLock { state in
      guard state.phase == .open else { return false }
      guard !state.isPolling else {
        throw KafkaError(code: .conflict, reason: "two tasks take batches of one consumer", where: "Consumer.nextBatch")
      }
      state.isPolling = true
      return true
    }
  }

  private func endPolling() {
    let idle = state.withLock { state in
      state.isPolling = false
      defer { state.idle = nil }
      return state.idle
    }
    idle?.resolve(.success(()))
  }

  /// Handles everything on the queue of events, a rebalance to its end.
  private func serveEvents() async throws {
    while let event = rd_kafka_queue_poll(events, 0) {
      try await serve(event)
    }
  }

  /// Handles one event and destroys it.
  func serve(_ event: OpaquePointer) async throws {
    // SAFETY: the event is owned by this call and not used after it.
    nonisolated(unsafe) let event = event
    defer { rd_kafka_event_destroy(event) }
    switch rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_REBALANCE:
      let partitions = TopicPartitionList.entries(of: rd_kafka_event_topic_partition_list(event)).map(\.partition)
      await rebalance(KafkaError.Code(rd_kafka_event_error(event)), partitions)
    case RD_KAFKA_EVENT_ERROR:
      let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
      let error = KafkaError.of(rd_kafka_event_error(event), client: handle.pointer, reason: reason, where: "consumer group")
      if error.code == .maxPollExceeded {
        // The group deals the partitions to others from here on. librdkafka may forget to say that they are lost (its PR 5604).
        commits.withLock { $0.ledger.revokeAll() }
      }
      try note(error)
    default:
      break
    }
  }

  private func take(maxRecords: Int, maxBytes: Int) throws -> ConsumerBatch {
    let average = try state.withLock { state in
      if let failure = state.failure {
        state.failure = nil
        throw failure
      }
      return state.averageBytes
    }
    let fetched = FetchedMessages(
      from: records, client: handle.pointer, maxRecords: maxRecords, maxBytes: maxBytes, averageBytes: average)
    let batch = ConsumerBatch(fetched, handle: handle)
    if fetched.count > 0 || !fetched.ends.isEmpty {
      state.withLock { state in
        if fetched.count > 0 { state.averageBytes = max(1, fetched.byteCount / fetched.count) }
        state.ends.merge(fetched.ends) { $1 }
      }
    }
    for (_, error) in fetched.errors {
      do {
        try note(error)
      } catch let failure as KafkaError {
        guard batch.isEmpty else {
          // The records before it come first, or they would be lost.
          state.withLock { $0.failure = failure }
          break
        }
        throw failure
      }
    }
    return batch
  }

  /// Throws what the owner has to act on; logs what librdkafka mends by itself.
  private func note(_ error: KafkaError) throws {
    if error.isFatal || Self.forTheOwner.contains(error.code) { throw error }
    logger.warning("\(error)")
  }

  private static let forTheOwner: Set<KafkaError.Code> = [
    .autoOffsetReset, .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed, .saslAuthenticationFailed,
    .authentication, .inconsistentGroupProtocol, .invalidSessionTimeout, .invalidGroupId, .groupMaxSizeReached, .fencedInstanceId, .fatal,
  ]
}
