/// The offsets that groups committed, and those that wait for the end of a transaction (Kafka's OffsetMetadataManager; KIP-98, KIP-447).
struct CommittedOffsets: Sendable {
  typealias Partitions = [TopicPartition: CommittedOffset]

  private var settled: [String: Partitions] = [:]
  /// By producer ID, then by group.
  private var pending: [Int64: [String: Partitions]] = [:]
  /// The producers with open transactions by group: what a fetch of stable offsets has to ask.
  private var openTransactions: [String: Set<Int64>] = [:]
  /// How many commits of a partition are being written.
  private var inFlight: [String: [TopicPartition: Int]] = [:]

  /// How many offsets are committed.
  private(set) var count = 0

  /// The groups that have offsets, settled or pending.
  var groups: Set<String> { Set(settled.keys).union(openTransactions.keys) }

  func offsets(of group: String) -> Partitions { settled[group] ?? [:] }

  func offset(of group: String, _ partition: TopicPartition) -> CommittedOffset? { settled[group]?[partition] }

  func hasOpenTransaction(_ group: String) -> Bool { openTransactions[group] != nil }

  func hasInFlight(_ group: String) -> Bool { inFlight[group] != nil }

  /// Whether anything is known of the group: settled, pending or being written.
  func hasAny(_ group: String) -> Bool { settled[group] != nil || hasOpenTransaction(group) || hasInFlight(group) }

  /// Whether an offset of the partition waits for the end of a transaction.
  func isPending(_ group: String, _ partition: TopicPartition) -> Bool {
    openTransactions[group]?.contains { pending[$0]?[group]?[partition] != nil } ?? false
  }

  /// Whether the committed offset may change by what was asked before: by a transaction that is open, or a commit that is being written.
  func isUnstable(_ group: String, _ partition: TopicPartition) -> Bool {
    inFlight[group]?[partition] != nil || isPending(group, partition)
  }

  /// Every partition of which something is known, settled, pending or being written.
  func allPartitions(of group: String) -> Set<TopicPartition> {
    var partitions = Set(offsets(of: group).keys)
    if let flying = inFlight[group] { partitions.formUnion(flying.keys) }
    for producer in openTransactions[group] ?? [] { partitions.formUnion((pending[producer]?[group] ?? [:]).keys) }
    return partitions
  }

  // MARK: Commits

  /// A commit is about to be written.
  mutating func begin(_ group: String, _ partition: TopicPartition) { inFlight[group, default: [:]][partition, default: 0] += 1 }

  /// The commit is written, or failed.
  mutating func end(_ group: String, _ partition: TopicPartition) {
    guard let count = inFlight[group]?[partition] else { return }
    inFlight[group]?[partition] = count > 1 ? count - 1 : nil
    if inFlight[group]?.isEmpty == true { inFlight[group] = nil }
  }

  /// The offset counts from now on, unless a later record's does already.
  mutating func commit(_ group: String, _ partition: TopicPartition, _ offset: CommittedOffset) {
    if let current = settled[group]?[partition] {
      guard current.position < offset.position else { return }
    } else {
      count += 1
    }
    settled[group, default: [:]][partition] = offset
  }

  /// Takes the offset away, pending ones included, if its record is older than the tombstone at `position`.
  mutating func remove(_ group: String, _ partition: TopicPartition, before position: Int64) {
    if let offset = settled[group]?[partition], offset.position < position {
      settled[group]?[partition] = nil
      count -= 1
      if settled[group]?.isEmpty == true { settled[group] = nil }
    }
    for producer in openTransactions[group] ?? [] {
      guard let offset = pending[producer]?[group]?[partition], offset.position < position else { continue }
      removePending(producer, group, partition)
    }
  }

  // MARK: Transactions

  /// The offset counts once the producer's transaction is committed.
  mutating func addPending(_ producer: Int64, _ group: String, _ partition: TopicPartition, _ offset: CommittedOffset) {
    pending[producer, default: [:]][group, default: [:]][partition] = offset
    openTransactions[group, default: []].insert(producer)
  }

  /// Takes a pending offset back whose record could not be written.
  mutating func removePending(_ producer: Int64, _ group: String, _ partition: TopicPartition, at position: Int64) {
    if pending[producer]?[group]?[partition]?.position == position { removePending(producer, group, partition) }
  }

  private mutating func removePending(_ producer: Int64, _ group: String, _ partition: TopicPartition) {
    pending[producer]?[group]?[partition] = nil
    guard pending[producer]?[group]?.isEmpty == true else { return }
    pending[producer]?[group] = nil
    if pending[producer]?.isEmpty == true { pending[producer] = nil }
    forget(producer, of: group)
  }

  private mutating func forget(_ producer: Int64, of group: String) {
    openTransactions[group]?.remove(producer)
    if openTransactions[group]?.isEmpty == true { openTransactions[group] = nil }
  }

  /// The producer's transaction ended; its marker is in the log.
  mutating func endTransaction(of producer: Int64, committed: Bool) {
    for (group, partitions) in pending.removeValue(forKey: producer) ?? [:] {
      forget(producer, of: group)
      guard committed else { continue }
      for (partition, offset) in partitions { commit(group, partition, offset) }
    }
  }
}
