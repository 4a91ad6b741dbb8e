/// What is remembered of one appended batch of an idempotent producer, to recognise it when it is sent again.
struct BatchMetadata: Equatable, Sendable {
  /// Sequence number of the first record, -1 when the broker itself wrote the batch.
  var baseSequence: Int32
  /// Sequence number of the last record.
  var lastSequence: Int32
  var baseOffset: Int64
  var lastOffset: Int64
  /// The batch's largest timestamp, milliseconds since the Unix epoch.
  var timestamp: Int64
}
