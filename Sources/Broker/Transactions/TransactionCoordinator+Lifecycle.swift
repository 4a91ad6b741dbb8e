internal import Logging

/// Start, stop, and what the coordinator does from time to time.
extension TransactionCoordinator {
  /// Tombstones of expired ids in one batch.
  private static let expirationBatch = 1_000

  /// Reads the state log and begins to work: transactions that were decided get their markers, ongoing ones keep their time-outs.
  /// To be called once, when all partitions are open.
  ///
  /// - Throws: that the log cannot be read.
  func start() throws {
    try log.replay { entry in
      if case .record(let record, let offset, _, _) = entry { load(record, offset: offset) }
    }
    phase = .active
    logger.info("transactions loaded", metadata: ["transactionalIDs": "\(entries.count)", "open": "\(openTransactions)"])
    for entry in entries.values where entry.metadata.state == .prepareCommit || entry.metadata.state == .prepareAbort { complete(entry) }
    scheduleAbort()
    scheduleExpiration()
  }

  /// Ends all work. Markers that are not written yet are written after the next start.
  func stop() {
    phase = .stopped
    abortTimer?.cancel()
    expirationTimer?.cancel()
  }

  /// A record that cannot be read (of a later version, say) is left out and logged, as Kafka does: one id must not keep the broker down.
  private func load(_ record: StateRecord, offset: Int64) {
    do {
      guard let transactionalID = try TransactionRecord.decodeKey(record.key) else {
        return logger.warning("unknown kind of transaction record", metadata: ["offset": "\(offset)"])
      }
      guard let value = record.value else {
        entries[transactionalID] = nil
        return
      }
      let metadata = try TransactionRecord.decodeValue(value)
      producerIDs.skip(through: metadata.producerID)
      entries[transactionalID] = TransactionEntry(transactionalID: transactionalID, metadata: metadata)
    } catch {
      logger.error("transaction record not readable", metadata: ["offset": "\(offset)", "error": "\(error)"])
    }
  }

  // MARK: Time-outs

  private func scheduleAbort() {
    abortTimer = scheduler.schedule(afterMilliseconds: configuration.abortIntervalMillis) { [weak self] in
      guard let self, self.phase == .active else { return }
      self.abortOverdue()
      self.scheduleAbort()
    }
  }

  /// Aborts the transactions that are open for longer than their producers allowed, and shuts those producers out.
  private func abortOverdue() {
    let now = scheduler.now
    for entry in entries.values where entry.pendingState == nil && entry.metadata.isOverdue(now: now) {
      fenceAndAbort(entry) { [self] code in
        if code == .none { counters.timedOut += 1 }
        logger.info(
          "transaction timed out",
          metadata: ["transactionalID": "\(entry.transactionalID)", "abort": "\(code == .none ? "begun" : "\(code)")"])
      }
    }
  }

  // MARK: Expiration of transactional ids

  private func scheduleExpiration() {
    expirationTimer = scheduler.schedule(afterMilliseconds: configuration.expirationIntervalMillis) { [weak self] in
      guard let self, self.phase == .active else { return }
      self.expireIDs()
      self.scheduleExpiration()
    }
  }

  private func expireIDs() {
    let oldest = scheduler.now - configuration.idExpirationMillis
    var expired = entries.values.filter {
      $0.pendingState == nil && $0.metadata.state.mayExpire && $0.metadata.lastUpdateTimestamp <= oldest
    }[...]
    while !expired.isEmpty {
      expire(Array(expired.prefix(Self.expirationBatch)))
      expired = expired.dropFirst(Self.expirationBatch)
    }
  }

  private func expire(_ batch: [TransactionEntry]) {
    var tombstones: [StateRecord] = []
    for entry in batch {
      guard (try? entry.metadata.moved(to: .dead)) != nil, let tombstone = try? TransactionRecord.encode(entry.transactionalID, nil) else {
        continue
      }
      entry.pendingState = .dead
      tombstones.append(tombstone)
    }
    log.append(tombstones, producer: nil) { [self] code in
      for entry in batch where entry.pendingState == .dead {
        if code == .none {
          entries[entry.transactionalID] = nil
          counters.expired += 1
        } else {
          entry.pendingState = nil
        }
      }
      if code != .none { logger.warning("transactional ids not expired", metadata: ["error": "\(code)"]) }
    }
  }
}
