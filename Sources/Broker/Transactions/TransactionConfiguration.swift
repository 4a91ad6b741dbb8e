/// The settings of the transaction coordinator: Kafka's names and defaults where it has them. Times are in milliseconds.
struct TransactionConfiguration: Equatable, Sendable {
  /// `transaction.max.timeout.ms`: the longest that a producer may ask for.
  var maxTimeoutMillis: Int32 = 900_000
  /// `transactional.id.expiration.ms`: how long an id without a transaction is remembered after its last use.
  var idExpirationMillis: Int64 = 604_800_000
  /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`: how often overdue transactions are looked for.
  var abortIntervalMillis: Int64 = 10_000
  /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
  var expirationIntervalMillis: Int64 = 3_600_000
  /// Transactional ids at a time; another is refused with POLICY_VIOLATION. Ours: Kafka has no bound.
  var maxTransactionalIDs = 100_000
  /// Bytes of a transactional id; a longer one is refused with INVALID_REQUEST. Ours: Kafka has no bound.
  var maxIDBytes = 1_024
  /// The pause before a failed marker is written again: the first and the longest, doubling in between.
  var retryBackoffMillis: Int64 = 100
  var retryBackoffMaxMillis: Int64 = 5_000
  /// The partition that holds committed offsets, and which `AddOffsetsToTxn` makes part of the transaction.
  var offsetsPartition = TopicPartition(topic: "__consumer_offsets", partition: 0)
}
