internal import Kafka

/// When a partition of which too much waits is paused, and when nothing at all is polled for a moment. Pure.
///
/// A partition that is paused loses what the client has fetched of it, and all of that is fetched again. Appliers that keep up make room within
/// milliseconds, so that a partition is paused only once it has had more than its share for some time; until then it is enough that
/// nothing is polled while the whole queue is full. That keeps other topics waiting, but never for longer than ``patience``.
struct Backpressure {
  /// What is to be done now.
  struct Measures: Equatable {
    /// Those that are to be paused, or to stay so.
    var paused: Set<TopicPartition>
    /// Whether polling has to wait until there is room.
    var holdsBack: Bool
  }

  /// How long a partition may have more than its share before it is paused.
  static let patience: Duration = .milliseconds(250)

  private let limit: Int
  private var since: [TopicPartition: ContinuousClock.Instant] = [:]

  /// - Parameter limit: the size of the queue in bytes.
  init(limit: Int) { self.limit = limit }

  /// - Parameters:
  ///   - surfeit: the partitions that have more than their share.
  ///   - resting: those that are paused.
  ///   - footprint: what waits, of all partitions, in bytes.
  mutating func measures(
    surfeit: Set<TopicPartition>, resting: Set<TopicPartition>, footprint: Int, now: ContinuousClock.Instant
  ) -> Measures {
    since = since.filter { surfeit.contains($0.key) }
    for partition in surfeit where since[partition] == nil { since[partition] = now }
    let paused = surfeit.filter { partition in resting.contains(partition) || since[partition].map { now - $0 >= Self.patience } ?? false }
    return Measures(paused: paused, holdsBack: footprint >= limit && !surfeit.isSubset(of: paused))
  }
}
