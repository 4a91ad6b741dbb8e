/// The end of one transaction on one partition, as the coordinator writes it: a control batch of one record (KIP-98).
struct TransactionMarker: Equatable, Sendable {
  /// The type in a control record's key.
  enum Outcome: Int16, Sendable {
    case abort = 0
    case commit = 1
  }

  var outcome: Outcome
  var producerID: Int64
  var producerEpoch: Int16
  /// The epoch of the coordinator's partition; 0 on this broker.
  var coordinatorEpoch: Int32 = 0
}
