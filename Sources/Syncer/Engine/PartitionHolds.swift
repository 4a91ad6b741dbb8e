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
  /// Where the consumer was sent back to, until records come from there.
  private var resumptions: [TopicPartition: Int64] = [:]

  /// The partitions that are held.
  var partitions: Set<TopicPartition> { Set(holds.keys) }

  /// Why partitions wait that an operator has to help, the first of them; nil where none does.
  var problem: String? {
    let full = holds.compactMap { partition, hold in if case .parkingFull(let reason) = hold { (partition, reason) } else { nil } }
    guard let first = full.min(by: { $0.0 < $1.0 }) else { return nil }
    return full.count == 1 ? "\(first.0) is paused: \(first.1)" : "\(first.0) and \(full.count - 1) others are paused: \(first.1)"
  }

  /// Whether a partition waits until there is room to park.
  func isFull(_ partition: TopicPartition) -> Bool {
    if case .parkingFull = holds[partition] { true } else { false }
  }

  /// Whether the next record of a partition is due after this time.
  func isDelayed(_ partition: TopicPartition, now: Int64) -> Bool {
    if case .notDue(let due) = holds[partition] { due > now } else { false }
  }

  /// Holds a partition.
  ///
  /// - Parameter offset: where the consumer is sent back to, for what was read from there on is dropped.
  mutating func hold(_ partition: TopicPartition, _ hold: Hold, from offset: Int64? = nil) {
    holds[partition] = hold
    if let offset { resumptions[partition] = offset }
  }

  /// Records of a partition have come. Where they are such as the client had fetched before it was sent back: the offset to send it back to once more, and they
  /// are to be dropped. It is asked for once only, as offsets may be missing for good.
  mutating func arrived(_ partition: TopicPartition, first: Int64) -> Int64? {
    guard let offset = resumptions.removeValue(forKey: partition), first > offset else { return nil }
    return offset
  }

  /// Those whose time has come go on.
  mutating func pass(now: Int64) {
    if holds.isEmpty { return }
    holds = holds.filter { if case .notDue(let due) = $0.value { due > now } else { true } }
  }

  /// There is room to park again.
  mutating func parkingHasRoom() {
    holds = holds.filter { if case .parkingFull = $0.value { false } else { true } }
  }

  mutating func release(_ partitions: some Sequence<TopicPartition>) {
    for partition in partitions {
      holds[partition] = nil
      resumptions[partition] = nil
    }
  }

  /// How long until the next one's time comes, in ms; nil where none waits for a time.
  func nextDue(now: Int64) -> Int64? {
    holds.values.compactMap { if case .notDue(let due) = $0 { max(due - now, 0) } else { nil } }.min()
  }
}
