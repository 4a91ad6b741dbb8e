import Kafka

/// What the broker has acknowledged, and so must have for ever.
struct Promised: Sendable {
  var numbers: [ProducedNumbers] = []
  var keys = ProducedKeys()
  var transactions = ProducedTransactions()
  var offsets: [TopicPartition: Int64] = [:]
}

/// How many records of one producer were acknowledged in each partition: those with the numbers below.
struct ProducedNumbers: Sendable {
  let producer: Int
  var counts: [UInt64]
}

/// The last number that was acknowledged of each key of the compacted topic.
struct ProducedKeys: Sendable {
  var last: [Int: UInt64] = [:]
}

/// The outcome of each transaction, and how many records it has.
struct ProducedTransactions: Sendable {
  enum Outcome: Sendable {
    case committed, aborted
    /// The producer failed for good in the middle of a commit: all or nothing.
    case unknown
  }

  struct Entry: Sendable {
    let records: Int
    var outcome: Outcome
  }

  /// By number, from 0.
  var entries: [Entry] = []
}
