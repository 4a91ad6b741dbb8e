internal import Kafka

/// Partitions that are kept paused for a reason of their own, whatever the queue would let in. Pure.
struct PartitionHolds: Sendable {
  /// Why a partition is held.
  enum Hold: Hashable, Sendable {
    /// The next record of a retry topic is due at this time, ms since 1970.
    case notDue(Int64)
    /// No more may be parked, for this reason. What was polled of the partition is dropped, and polled again from its stored offset.
    case parkingFull(String)
  }

  private(set) var holds: [TopicPartition: Hold] = [:]

  /// The partitions that are held.
  var partitions: Set<TopicPartition> { Set(holds.keys) }

  /// Why partitions wait that an operator has to help, the first of them; nil where none does.
  var problem: String? {
    let full = holds.compactMap { partition, hold in if case .parkingFull(let reason) = hold { (partition, reason) } else { nil } }
    guard let first = full.min(by: { $0.0 < $1.0 }) else { return nil }
    return full.count == 1 ? "\(first.0) is paused: \(first.1)" : "\(first.0) and \(full.count - 1) others are paused: \(first.1)"
  }

  mutating func hold(_ partition: TopicPartition, _ hold: Hold) { holds[partition] = hold }

  /// Those whose time has come go on.
  mutating func pass(now: Int64) {
    holds = holds.filter { if case .notDue(let due) = $0.value { due > now } else { true } }
  }

  /// There is room to park again.
  mutating func parkingHasRoom() {
    holds = holds.filter { if case .parkingFull = $0.value { false } else { true } }
  }

  mutating func release(_ partitions: some Sequence<TopicPartition>) {
    for partition in partitions { holds[partition] = nil }
  }

  /// How long until the next one's time comes; nil where none waits for a time.
  func nextDue(now: Int64) -> Int64? {
    holds.values.compactMap { if case .notDue(let due) = $0 { max(due - now, 0) } else { nil } }.min()
  }
}
