/// A record's place in its transaction: Debezium's `transaction` block (`provide.transaction.metadata`).
public struct TransactionInfo: Sendable, Hashable {
  /// `<transaction id>:<LSN>`.
  public var id: String
  /// The record's number in the transaction, from 1.
  public var totalOrder: Int64
  /// The record's number among those of its table, from 1.
  public var dataCollectionOrder: Int64

  /// Describes a place.
  public init(id: String, totalOrder: Int64, dataCollectionOrder: Int64) {
    self.id = id
    self.totalOrder = totalOrder
    self.dataCollectionOrder = dataCollectionOrder
  }
}
