/// An offset that a group committed for a partition (Kafka's OffsetAndMetadata).
struct CommittedOffset: Equatable, Sendable {
  /// The offset of the record to be read next.
  var offset: Int64
  /// -1 for unknown.
  var leaderEpoch: Int32
  /// Whatever the client wants to remember.
  var metadata: String
  /// In milliseconds since the Unix epoch.
  var commitTimestamp: Int64
  /// When the client wanted it to expire, in milliseconds since the Unix epoch; `nil` for the broker's retention (all but old clients).
  var expireTimestamp: Int64?
  /// Where its record stands among all records of the log: of two offsets for a partition, the later record counts, whichever of their
  /// transactions ends first.
  var position: Int64 = 0
}
