internal import CRDKafka

extension Consumer {
  /// Commits offsets and waits for the group's answer.
  ///
  /// Forward only: an offset that is not ahead of the committed one is left out (`unchanged`). Owned only: partitions that are not this
  /// member's now are left out and reported (`lost`), and so are those that the coordinator refuses because of a rebalance.
  /// - Parameter offsets: for each partition the next offset to read, which is the last finished one plus one.
  /// - Throws: `KafkaError` if the group could not be asked, with `timedOut` after `commitTimeout`.
  @discardableResult
  public func commit(_ offsets: [TopicPartition: Int64]) async throws -> CommitOutcome {
    guard !offsets.isEmpty else { return CommitOutcome() }
    let promise = Promise<CommitOutcome>()
    try commitAsync(offsets) { promise.resolve($0) }
    return try await withDeadline(configuration.commitTimeout, "Consumer.commit") { try await promise.value() }
  }

  /// Commits offsets without waiting. The same rules; what goes wrong is logged unless `completion` is given.
  /// - Parameter completion: gets the answer on a thread of librdkafka's and must be quick.
  /// - Throws: `KafkaError` if the consumer is closed or has no group.
  public func commitAsync(
    _ offsets: [TopicPartition: Int64], completion: (@Sendable (Result<CommitOutcome, any Error>) -> Void)? = nil
  ) throws {
    guard configuration.groupID != nil else {
      throw KafkaError(code: .unknownGroup, reason: "a consumer without groupID commits nothing", where: "Consumer.commit")
    }
    if state.withLock({ $0.phase == .closed }) { throw KafkaError.closed("Consumer.commit") }
    let logger = logger
    let completion =
      completion ?? { result in
        switch result {
        case .success(let outcome) where outcome.lost.isEmpty: break
        case .success(let outcome): logger.warning("commit refused for partitions that are not ours now: \(outcome.lost.sorted())")
        case .failure(let error): logger.error("commit failed: \(error)")
        }
      }
    let isLost = rd_kafka_assignment_lost(handle.pointer) != 0
    proceed { commits in
      if isLost { commits.ledger.revokeAll() }
      commits.lastTicket &+= 1
      commits.waiters[commits.lastTicket] = completion
      return commits.ledger.commit(offsets, ticket: commits.lastTicket)
    }
  }

  /// Takes the ledger's next step. Deciding and handing over to librdkafka happen under one lock, so that no revocation gets between.
  private func proceed(_ decide: (inout Commits) -> CommitLedger.Step) {
    var finished: [(CommitLedger.Resolution, @Sendable (Result<CommitOutcome, any Error>) -> Void)] = []
    commits.withLock { commits in
      var step = decide(&commits)
      while true {
        for resolution in step.resolutions {
          if let waiter = commits.waiters.removeValue(forKey: resolution.ticket) { finished.append((resolution, waiter)) }
        }
        guard let offsets = step.send else { break }
        guard let refusal = send(offsets) else { break }
        step = commits.ledger.answered(failure: refusal, results: [:])
      }
    }
    for (resolution, waiter) in finished {
      if let failure = resolution.failure {
        waiter(.failure(KafkaError(code: failure, where: "Consumer.commit")))
      } else {
        waiter(.success(resolution.outcome))
      }
    }
  }

  /// Hands a request to librdkafka, which answers on the background thread. Returns the code if it does not take it.
  private func send(_ offsets: [TopicPartition: Int64]) -> KafkaError.Code? {
    let promise = EventPromise { [weak self] event in
      let code = KafkaError.Code(rd_kafka_event_error(event))
      var results: CommitLedger.Result = [:]
      for entry in TopicPartitionList.entries(of: rd_kafka_event_topic_partition_list(event)) { results[entry.partition] = entry.error }
      self?.proceed { $0.ledger.answered(failure: code == .noError ? nil : code, results: results) }
    }
    let opaque = Unmanaged.passRetained(promise)
    do {
      let list = try TopicPartitionList(offsets)
      let code = try handle.withBackgroundQueue { queue in
        rd_kafka_commit_queue(handle.pointer, list.pointer, queue, nil, opaque.toOpaque())
      }
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { return nil }
      opaque.release()
      return KafkaError.Code(code)
    } catch {
      opaque.release()
      return error.code
    }
  }
}
