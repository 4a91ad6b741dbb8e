/// A log, as far as the flusher needs it. Confined to the event loop.
protocol FlushableLog: AnyObject {
  var partition: TopicPartition { get }

  /// What is written and not synced yet; nil when there is nothing.
  func prepareFlush() throws(LogError) -> PendingFlush?

  /// Everything before `offset` is on the disk.
  func markFlushed(upTo offset: Int64)

  /// A sync has failed. What the files hold is unknown from now on, and a second sync would succeed without having written what the first
  /// could not (the system drops such pages): the log must answer everything with `KAFKA_STORAGE_ERROR` until a restart recovers it.
  func takeOffline(_ error: LogError)
}
