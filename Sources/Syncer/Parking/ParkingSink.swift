internal import Kafka

/// A sink that can park keys: it keeps their queues where it keeps the offsets, so that both move together.
protocol ParkingSink: Sink {
  /// The hashes of the keys that are parked in each partition.
  func parkedHashes(of partitions: [TopicPartition]) async throws -> [TopicPartition: Set<Int64>]

  /// As ``Sink/apply(_:)``, and in the same transaction: records whose key is parked are put behind it instead of being applied, and the keys of those that
  /// failed are parked with them.
  func apply(_ batch: SinkBatch, parking: BatchParking) async throws -> ParkingOutcome

  /// Parked keys of these partitions for which an attempt is asked for or due, oldest first, at most `limit`.
  func dueKeys(in partitions: [TopicPartition], limit: Int) async throws -> [ParkedKey]

  /// Applies the first records of a key's queue, at most `limit`, and removes them from it in the same transaction; releases the key where the queue is
  /// empty then.
  ///
  /// - Throws: ``SinkFailure`` as ``Sink/apply(_:)`` does, the index counted from the first of the queue; ``MalformedValue`` in it where the value cannot be
  ///   parsed.
  func applyQueue(of id: Int64, limit: Int) async throws -> QueueStep

  /// The first record of a key's queue; nil where the key is not parked any more.
  func firstRecord(of id: Int64) async throws -> ParkedRecord?

  /// The first record of the queue has failed (again): the key waits for the next attempt, or for an operator.
  func park(_ id: Int64, failedAt offset: Int64, _ failure: QueueFailure) async throws

  /// How much the group has parked.
  func parkingTotals() async throws -> ParkingTotals
}
