public import Kafka

/// A key one of whose records could not be applied, with what waits behind it.
public struct ParkedKey: Hashable, Sendable, Identifiable {
  /// What is to happen.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It waits for an operator, or for ``ParkedKey/nextAttempt``.
    case parked
    /// The owner of the partition applies the queue as soon as it can.
    case retrying
  }

  /// The number by which the operator's tools name it; never used again for another key.
  public var id: Int64
  /// The ID of the Kafka cluster.
  public var clusterID: String
  /// The consumer group that has parked it.
  public var group: String
  /// Where its records come from.
  public var partition: TopicPartition
  /// The key's bytes.
  public var key: [UInt8]
  /// What is to happen.
  public var state: State
  /// Why the first record of the queue failed.
  public var errorClass: ParkedErrorClass
  /// The kind of error, as in the dead letter: `PostgresError.23503`, `RecordFailure`.
  public var errorName: String
  /// What an operator reads; no SQL, no values of rows.
  public var sentence: String
  /// The handler that failed; nil where none was asked.
  public var handler: String?
  /// The offset of the record that failed: the first one of the queue.
  public var failedOffset: Int64
  /// How often that record was tried again since it was parked.
  public var attempts: Int
  /// When it is tried again by itself, in ms since 1970; nil where that needs an operator.
  public var nextAttempt: Int64?
  /// Records of the queue, the failed one included.
  public var records: Int64
  /// Bytes of their keys, values and headers.
  public var bytes: Int64
  /// Since when it is parked, in ms since 1970.
  public var parkedAt: Int64
}
