/// How a syncer works. The defaults suit a read model that is meant to be milliseconds behind.
public struct SyncerConfiguration: Hashable, Sendable {
  /// What happens to a record that no handler accepts. Tombstones that no handler accepts are always skipped.
  public enum UnknownRecords: String, Hashable, Sendable, CaseIterable {
    /// It is dead-lettered.
    case deadLetter = "deadletter"
    /// It is skipped and counted.
    case skip
  }

  /// What happens where a stored offset lies outside of what the partition still, or already, holds.
  public enum OutOfRange: String, Hashable, Sendable, CaseIterable {
    /// The syncer stops with an error that names the partition: an operator decides.
    case fail
    /// It goes on with the first record that is there, and logs what is missing. Records may have been lost, or come again.
    case earliest
  }

  /// The consumer group.
  public var group: String
  /// Topics, or patterns that begin with `^`.
  public var topics: [String]
  /// The most records of a batch, which is one transaction. Default 2000.
  public var batchRecords: Int
  /// The most bytes of a batch, keys and values. Default 4 MiB.
  public var batchBytes: Int
  /// How many transactions are under way at once, each on partitions, and a connection, of its own. Default 2: on a small machine one prepares
  /// its batch while the other one waits for the database.
  public var parallelism = 2
  /// Into how many lanes the keys of one partition are divided that are applied at the same time, each in a transaction of its own. Default 1.
  /// Records without a key, and truncations, wait for all that stands before them, and all behind them waits for them.
  public var lanes = 1
  /// How many bytes of records may wait for their turn or be applied, roughly. Default 16 MiB. A partition that has more than its share of
  /// it is paused.
  public var queueBytes = 16 << 20
  /// The most bytes of one poll: what may come on top of ``queueBytes``.
  var pollBytes: Int { min(batchBytes, max(queueBytes / 8, 1024)) }

  /// What happens to a record that no handler accepts. Default dead letter.
  public var unknownRecords: UnknownRecords = .deadLetter
  /// What happens where a stored offset is out of range. Default fail.
  public var outOfRange: OutOfRange = .fail
  /// For transient failures of a batch. Default 10 attempts, from 100 ms to 10 s.
  public var retry = RetryPolicy()
  /// For transient failures of the parts of a batch, once it was halved to find a record at fault. Default 3 attempts.
  public var isolation = RetryPolicy(maxAttempts: 3)
  /// Between two tries while the sink, or the dead-letter topic, is down; the number of attempts is ignored. Default from 250 ms to 10 s.
  public var sinkRetry = RetryPolicy.untilItIsBack
  /// How long Kafka and the sink may take to answer at the start before the syncer gives up. Default 30 s.
  public var startDeadline: Duration = .seconds(30)
  /// How long a stop may take: finish the batch, commit, leave the group. Default 20 s.
  public var stopDeadline: Duration = .seconds(20)
  /// How long a transaction may take before it is rolled back and tried again. Default 2 min.
  public var applyTimeout: Duration = .seconds(120)
  /// How long a rebalance waits for the transaction that is being applied. Default 5 s; what takes longer is fenced by its offsets.
  public var revokeDeadline: Duration = .seconds(5)
  /// How often offsets are committed to Kafka. Default 500 ms. The sink's own offsets are those that count.
  public var commitInterval: Duration = .milliseconds(500)
  /// How often the ends of the partitions are asked for, and lag is published. Default 1 s.
  public var lagInterval: Duration = .seconds(1)
  /// Over how long a time Burrow's rules judge a partition, see ``LagRules``. Default 60 s.
  public var lagWindow: Duration = .seconds(60)
  /// The label `cluster_name` of the metrics of lag. Default nil: the ID of the cluster.
  public var clusterName: String?
  /// Whether lag is published under KMinion's names, too. Default false.
  public var publishesKMinionNames = false
  /// How often handlers forget what they do not need any more, see ``Handler/maintain(_:)``. Default 10 min.
  public var maintenanceInterval: Duration = .seconds(600)
  /// How long there may be lag without progress before the syncer calls itself stalled. Default 60 s.
  public var stallAfter: Duration = .seconds(60)
  /// The suffix of dead-letter topics. Default `.dlq`.
  public var deadLetterSuffix = ".dlq"
  /// What becomes of a record that failed for good. Default park.
  public var failures: FailureMode = .park
  /// How keys are parked, for ``FailureMode/park``.
  public var parking = ParkingSettings()
  /// Where records are tried again, for ``FailureMode/retryTopics``.
  public var retryTopics = RetryTopics()
  /// After so many failures in a row that say that the sink is down, nobody works on it until it answers. Default 3.
  public var breakerFailures = 3

  /// A syncer for `topics` as a member of `group`.
  public init(group: String, topics: [String], batchRecords: Int = 2000, batchBytes: Int = 4 << 20) {
    self.group = group
    self.topics = topics
    self.batchRecords = batchRecords
    self.batchBytes = batchBytes
  }

  /// Checks that the values make sense together.
  ///
  /// - Throws: ``SyncerError`` that names the key, its value, and what was expected.
  public func validate() throws {
    func check(_ isValid: Bool, _ reason: @autoclosure () -> String) throws {
      if !isValid { throw SyncerError(.configuration, reason()) }
    }
    try check(!group.isEmpty, "group is empty: expected the name of the consumer group")
    try check(!topics.isEmpty, "topics is empty: expected at least one topic or ^pattern")
    try check(!topics.contains(""), "topics holds an empty name: expected topics or ^patterns")
    try check((1...100_000).contains(batchRecords), "batchRecords is \(batchRecords): expected 1 to 100000")
    try check((1024...(1 << 30)).contains(batchBytes), "batchBytes is \(batchBytes): expected 1 KiB to 1 GiB")
    try check((1...64).contains(parallelism), "parallelism is \(parallelism): expected 1 to 64")
    try check((1...32).contains(lanes), "lanes is \(lanes): expected 1 to 32")
    try check((1024...(1 << 36)).contains(queueBytes), "queueBytes is \(queueBytes): expected 1 KiB to 64 GiB")
    try check(!deadLetterSuffix.isEmpty, "deadLetterSuffix is empty: a dead letter would go back into its own topic")
    for (name, value) in [
      ("startDeadline", startDeadline), ("stopDeadline", stopDeadline), ("applyTimeout", applyTimeout),
      ("revokeDeadline", revokeDeadline),
      ("commitInterval", commitInterval), ("lagInterval", lagInterval), ("lagWindow", lagWindow), ("stallAfter", stallAfter),
    ] {
      try check(value > .zero, "\(name) is \(value): expected more than zero")
    }
    try check((1...1000).contains(breakerFailures), "breakerFailures is \(breakerFailures): expected 1 to 1000")
    try check(parking.pollInterval > .zero, "parking.pollInterval is \(parking.pollInterval): expected more than zero")
    try check(parking.maxRecords > 0, "parking.maxRecords is \(parking.maxRecords): expected more than zero")
    try check(parking.maxBytes > 0, "parking.maxBytes is \(parking.maxBytes): expected more than zero")
    let retries = failures == .retryTopics ? topics.filter { RetryTopics.parse($0) != nil } : []
    try check(
      retries.isEmpty, "topics holds \(retries.first ?? ""): it ends like a retry topic, and those are subscribed beside their topics")
    let dead = topics.filter { !$0.hasPrefix("^") && $0.hasSuffix(deadLetterSuffix) }
    try check(dead.isEmpty, "topics holds \(dead.first ?? ""): it ends like a dead-letter topic (deadLetterSuffix \(deadLetterSuffix))")
  }
}
