internal import CRDKafka

extension Producer {
  /// Waits until everything that is in the queue was acknowledged or failed, at most until `deadline` from now.
  /// - Returns: what was not acknowledged by then; it is still being tried.
  public func flush(deadline: Duration) async -> UndeliveredReport {
    let handle = handle
    let timeout = deadline.timeout
    _ = await handle.blocking.run { rd_kafka_flush(handle.pointer, timeout) }
    var report = UndeliveredReport()
    report.records = deliveries.outstanding
    return report
  }

  /// Takes no more records, delivers what is in the queue until `deadline` from now, gives up the rest and ends the client.
  ///
  /// A second call returns at once. Every `Delivery` ends: those given up with `purgeQueue` (never sent) or `purgeInflight`.
  /// - Returns: what was not delivered.
  @discardableResult
  public func close(deadline: Duration) async -> UndeliveredReport {
    let isFirst = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    guard isFirst else { return UndeliveredReport() }
    deliveries.room.close()
    deliveries.collectUndelivered()
    let handle = handle
    let timeout = deadline.timeout
    await handle.blocking.run {
      guard rd_kafka_flush(handle.pointer, timeout) != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
      rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
      // Purged records come back as failed deliveries, which takes a moment and no broker.
      rd_kafka_flush(handle.pointer, 2000)
    }
    var report = deliveries.takeUndelivered()
    let silent = deliveries.outstanding
    if silent > 0 {
      report.records += silent
      report.possiblyStored += silent
      deliveries.failAll(.closed("Producer"))
    }
    if !report.isEmpty {
      logger.error("closed with \(report.records) records not delivered, \(report.possiblyStored) of them possibly stored")
    }
    return report
  }
}
