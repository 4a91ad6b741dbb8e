internal import ChangeEvents
internal import Postgres

/// Transaction metadata (`provide.transaction.metadata`): a mark before and after each transaction, and each event's place in it.
extension ChangeEncoder {
  /// The name under which logical messages are counted.
  static let messageCollection = "LOGICAL_DECODING_MESSAGE"

  func beginLedger(_ transaction: OpenTransaction, at lsn: LSN) throws(CaptureError) {
    guard configuration.providesTransactions, !isSkipping else { return }
    let ledger = TransactionLedger(id: transaction.id)
    self.ledger = ledger
    try mark("BEGIN", ledger, count: .null, collections: .null, at: lsn, time: transaction.commitTime)
  }

  func endLedger(_ transaction: OpenTransaction?, at lsn: LSN) throws(CaptureError) {
    guard let ledger, let transaction else { return }
    let collections = ledger.collections.map { ConnectValue.structure([.string($0.name), .integer($0.count)]) }
    try mark("END", ledger, count: .integer(ledger.total), collections: .array(collections), at: lsn, time: transaction.commitTime)
    self.ledger = nil
  }

  /// The place of the event that comes next; nil outside of transactions, or where it is not wanted.
  func place(in collection: String, at lsn: UInt64?) -> TransactionInfo? {
    guard ledger != nil, let order = ledger?.event(of: collection), let ledger else { return nil }
    return TransactionInfo(id: "\(ledger.id):\(lsn ?? 0)", totalOrder: ledger.total, dataCollectionOrder: order)
  }

  private func mark(
    _ status: String, _ ledger: TransactionLedger, count: ConnectValue, collections: ConnectValue, at lsn: LSN, time: Int64
  ) throws(CaptureError) {
    let id = ConnectValue.string("\(ledger.id):\(lsn.rawValue)")
    try append(
      ConnectRecord(
        topic: configuration.topics.transactions, keySchema: transactionSchemas.key, key: .structure([id]),
        valueSchema: transactionSchemas.value,
        value: .structure([.string(status), id, count, collections, .integer(time >= 0 ? time / 1000 : (time - 999) / 1000)]), headers: []))
  }
}
