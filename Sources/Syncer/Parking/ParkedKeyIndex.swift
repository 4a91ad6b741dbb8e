internal import Kafka

/// The hashes of the keys parked in the partitions owned now: what is not in here is surely not parked, what is has to be looked up in the store. Pure.
///
/// It is loaded anew whenever the stored offset of a partition was learned from the sink, and after that. A key is parked only by a transaction that moves
/// that offset, or that of the key's lane, from where this member believes it is, so one that it has not heard of cannot have been parked by anybody else since: that transaction would
/// have been refused.
struct ParkedKeyIndex: Sendable {
  private struct Entry: Sendable {
    var epoch: Int
    var hashes: Set<Int64>
    /// Grows whenever a hash is added.
    var version = 0
  }

  private var entries: [TopicPartition: Entry] = [:]
  /// Grows whenever something is forgotten.
  private(set) var generation = 0

  /// Whether the parked keys of a partition are known, as of its epoch in the ledger.
  func isLoaded(_ partition: TopicPartition, epoch: Int?) -> Bool { epoch != nil && entries[partition]?.epoch == epoch }

  /// The keys of a partition were read.
  ///
  /// Ignored where they are known already: a partition's lanes may read them at the same time, and one of them may have parked a key since the other one read.
  ///
  /// - Parameter generation: as it was before; where something was forgotten since, what was read may be too old.
  mutating func load(_ partition: TopicPartition, epoch: Int, hashes: Set<Int64>, generation: Int) {
    guard generation == self.generation, !isLoaded(partition, epoch: epoch) else { return }
    entries[partition] = Entry(epoch: epoch, hashes: hashes)
  }

  /// The offset of a partition turned out to be another one, or it belongs to somebody else.
  mutating func forget(_ partitions: some Sequence<TopicPartition>) {
    generation += 1
    for partition in partitions { entries[partition] = nil }
  }

  /// The hashes of a partition, nil where no key of it is parked.
  func hashes(of partition: TopicPartition) -> Set<Int64>? {
    entries[partition].flatMap { $0.hashes.isEmpty ? nil : $0.hashes }
  }

  /// What ``settled(_:since:)`` wants to know.
  func versions(of partitions: some Sequence<TopicPartition>) -> [TopicPartition: Int] {
    var versions: [TopicPartition: Int] = [:]
    for partition in partitions { versions[partition] = entries[partition]?.version }
    return versions
  }

  /// A transaction was committed.
  ///
  /// - Parameter versions: as they were before it. A hash that turned out to be free is left where one was added since: it may be the same.
  mutating func settled(_ outcome: ParkingOutcome, since versions: [TopicPartition: Int]) {
    for (partition, hashes) in outcome.freeHashes where entries[partition] != nil && entries[partition]?.version == versions[partition] {
      entries[partition]?.hashes.subtract(hashes)
    }
    for (partition, hashes) in outcome.parkedHashes {
      guard let known = entries[partition]?.hashes, !hashes.isSubset(of: known) else { continue }
      entries[partition]?.hashes.formUnion(hashes)
      entries[partition]?.version += 1
    }
  }
}
