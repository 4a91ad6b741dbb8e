internal import Kafka

/// What became of an attempt at the first records of a parked key's queue.
enum QueueStep: Hashable, Sendable {
  /// The key is not parked any more, or no attempt is asked for any more: somebody else was faster.
  case nothingToDo
  /// So many records were applied, and more are left.
  case applied(Int)
  /// So many records were applied, and the key goes its way again.
  case released(Int)
}

/// Why the first records of a queue could not be applied: what failed and which record it begins with.
struct QueueAttemptFailure: Error, Sendable {
  /// How many records were tried together.
  var count: Int
  /// The first of them.
  var first: ParkedRecord
  /// What failed; its index counts from `first`.
  var cause: any Error
}

/// How a key is parked again.
struct QueueFailure: Hashable, Sendable {
  var errorClass: ParkedErrorClass
  var verdict: FailureVerdict
  /// Attempts at the record so far, this one included; 0 where it has failed for the first time.
  var attempts: Int
  /// When it is tried again by itself; nil where that needs an operator.
  var retryAfter: Duration?
}
