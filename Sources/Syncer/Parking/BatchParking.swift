internal import Kafka

/// What a batch's transaction does with parked keys beside applying records.
struct BatchParking: Sendable {
  /// A record that failed for good and is dead-lettered: its key is parked with it.
  struct Failed: Sendable {
    var record: ConsumerRecord
    /// Not NULL: a record without a key parks nobody.
    var key: [UInt8]
    var errorClass: ParkedErrorClass
    var verdict: FailureVerdict
    /// When it is tried again by itself; nil where that needs an operator.
    var retryAfter: Duration?
  }

  /// In the order of their offsets; none of them is among the batch's records.
  var failed: [Failed] = []
  /// The indices in ``SinkBatch/records`` of those whose key may be parked, as its hash is, or a record of ``failed`` has it. Each is looked up in the
  /// transaction; in order.
  var suspects: [Int] = []

  var isEmpty: Bool { failed.isEmpty && suspects.isEmpty }

  /// Nothing to do.
  static let none = BatchParking()
}

/// What became of a ``BatchParking``.
struct ParkingOutcome: Sendable, Hashable {
  /// The indices in ``SinkBatch/records`` of those that were put behind a parked key, and not applied.
  var behind: Set<Int> = []
  /// Keys parked in this transaction.
  var keysParked = 0
  /// Records put into queues, failed ones included, and their bytes.
  var records: Int64 = 0
  var bytes: Int64 = 0
  /// Hashes of keys that are parked now.
  var parkedHashes: [TopicPartition: Set<Int64>] = [:]
  /// Hashes that were suspected and of which no key is parked any more.
  var freeHashes: [TopicPartition: Set<Int64>] = [:]
}
