/// The durable log in which a coordinator (of groups or of transactions) keeps its state: appended to, compacted by key, and replayed from
/// its start when the broker starts. Confined to the event loop.
protocol StateLog: AnyObject {
  /// Appends all of the records or none of them, as one batch.
  ///
  /// - Parameters:
  ///   - records: at least one; an empty list is a no-op that succeeds.
  ///   - producer: the transactional producer whose marker will decide about the records, or `nil` for records that count at once.
  ///   - completion: called exactly once on the event loop, before this method returns or later, with `.none` when the records are as
  ///     durable as the broker's policy promises. Completions are called in the order of the appends.
  func append(_ records: [StateRecord], producer: StateProducer?, completion: @escaping (ErrorCode) -> Void)

  /// Calls `body` with everything the log holds, in order. Records of transactions that were aborted are among the entries until compaction
  /// removes them, always before their marker; whoever replays holds the records of a producer back until its marker comes.
  ///
  /// - Throws: what `body` throws, or that the log cannot be read.
  func replay(_ body: (StateEntry) throws -> Void) throws
}
