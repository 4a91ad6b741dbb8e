/// A log, as far as compaction needs it. Confined to the event loop.
protocol CleanableLog: AnyObject {
  var partition: TopicPartition { get }
  var configuration: LogConfiguration { get }

  /// What can be compacted now; nil when nothing can, or it is not worth it yet.
  func cleaningPlan(now: Int64) throws(LogError) -> CleaningPlan?

  /// Puts a cleaned segment in place of those it was made from, files and all.
  ///
  /// - Returns: false when the log no longer has all of those; nothing has changed then.
  /// - Throws: when the files could not be renamed; some may be, and the log must go offline until a restart ends it.
  func adopt(_ segment: CleanedSegment) throws(LogError) -> Bool

  /// The log is compacted up to `offset`; to be remembered over a restart, if possible.
  func markCleaned(upTo offset: Int64)

  func takeOffline(_ error: LogError)
}
