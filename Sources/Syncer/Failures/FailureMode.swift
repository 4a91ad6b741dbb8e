/// What becomes of a record that failed for good.
public enum FailureMode: String, Hashable, Sendable, CaseIterable {
  /// It is dead-lettered and its key parked: later records of the key wait behind it, in order. Where the sink cannot park, as ``deadLetter``.
  case park
  /// It goes through retry topics with growing delays, and is dead-lettered at the end of them. Later records of its key overtake it: for handlers to which
  /// the order means nothing.
  case retryTopics = "retry_topics"
  /// It is dead-lettered, and that is that. Later records of its key are applied without it.
  case deadLetter = "dead_letter"
}
