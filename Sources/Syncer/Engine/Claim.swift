internal import Kafka

/// What one applier has taken out of the queue to apply it in one batch. Nobody else takes records of these partitions before it is
/// released.
struct Claim: Sendable {
  /// The number of the applier.
  let applier: Int
  /// Sorted by partition; those of one partition in the order of their offsets.
  var runs: [PolledRun]
  /// What its records take, in bytes, by partition.
  var footprints: [TopicPartition: Int]
}
