internal import CRDKafka

extension Consumer {
  /// Stops polling, gives partitions back (the handler is told, and can commit), leaves the group and ends the client.
  ///
  /// `nextBatch` returns nil from now on. A second call returns at once.
  /// - Parameter deadline: how long all of it may take, the owner's last `nextBatch` and handler included; after that the client is
  ///   dropped and the group notices by its session timeout.
  /// - Returns: whether the group was left in time.
  @discardableResult
  public func close(deadline: Duration) async -> Bool {
    let end = ContinuousClock.now + deadline
    let idle: Promise<Void>?? = state.withLock { state in
      guard state.phase == .open else { return nil }
      state.phase = .closing
      guard state.isPolling else { return .some(nil) }
      let promise = Promise<Void>()
      state.idle = promise
      return .some(promise)
    }
    guard let idle else { return true }
    wakeUp.signal()
    defer { state.withLock { $0.phase = .closed } }
    do {
      if let idle { try await withDeadline(max(.zero, end - .now), "Consumer.close") { try await idle.value() } }
      // In a task of its own: in a cancelled one no wait would wait.
      try await Task { try await leave(before: end) }.value
      return true
    } catch {
      logger.error("the group was not left in time: \(error)")
      handle.abandonGroup()
      return false
    }
  }

  /// Leaves the group, serving the last rebalance on the way.
  private func leave(before end: ContinuousClock.Instant) async throws {
    guard let queue = rd_kafka_queue_new(handle.pointer) else { throw KafkaError.closed("Consumer.close") }
    handle.own(queue: queue)
    // SAFETY: the handle owns the queue from here on.
    nonisolated(unsafe) let closing = queue
    if let refusal = KafkaError.take(rd_kafka_consumer_close_queue(handle.pointer, closing), where: "Consumer.close") {
      // After a fatal error there is no membership left to end.
      if refusal.isFatal { return handle.abandonGroup() }
      throw refusal
    }
    while rd_kafka_consumer_closed(handle.pointer) == 0 {
      if let event = rd_kafka_queue_poll(closing, 0) {
        try? await serve(event)
        continue
      }
      if ContinuousClock.now >= end { throw KafkaError(code: .timedOut, where: "Consumer.close") }
      await wakeUp.wait(until: .now + .milliseconds(10))
    }
  }
}
