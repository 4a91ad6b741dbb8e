/// What was read so far, for metrics. Values only grow.
struct CaptureCounters: Hashable, Sendable {
  var events = 0
  var creates = 0
  var updates = 0
  var deletes = 0
  var filtered = 0
  var erroneous = 0
  var transactions = 0
  var snapshotRows = 0
  /// Updates that changed nothing of the record (`skip.messages.without.change`).
  var unchanged = 0
  /// Of the last change; 0 before the first.
  var lastTransactionID: UInt32 = 0
  /// Of the last change; 0 before the first.
  var lastLSN: UInt64 = 0

  static func + (a: Self, b: Self) -> Self {
    CaptureCounters(
      events: a.events + b.events, creates: a.creates + b.creates, updates: a.updates + b.updates, deletes: a.deletes + b.deletes,
      filtered: a.filtered + b.filtered, erroneous: a.erroneous + b.erroneous, transactions: a.transactions + b.transactions,
      snapshotRows: a.snapshotRows + b.snapshotRows, unchanged: a.unchanged + b.unchanged,
      lastTransactionID: b.lastTransactionID == 0 ? a.lastTransactionID : b.lastTransactionID, lastLSN: max(a.lastLSN, b.lastLSN))
  }
}
