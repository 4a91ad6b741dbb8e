/// The last transactions that were streamed, a bounded number. Pure.
///
/// A commit is in the WAL, and so in the stream, a moment before queries see it (longer where a standby is waited for). A chunk that was read in
/// this moment lacks what was sent already:
/// 1. a transaction writes its commit record; the stream brings its update of a row, which is sent;
/// 2. the chunk is read: the transaction counts as running still, so the chunk holds the row as it was before;
/// 3. the transaction is taken off the list of running ones.
/// Nothing in the stream would correct the old row. Such a chunk is read again.
struct RecentTransactions: Hashable, Sendable {
  static let limit = 1024
  private var ids: [UInt32] = []
  private var oldest = 0

  mutating func insert(_ id: UInt32) {
    guard ids.count == Self.limit else { return ids.append(id) }
    ids[oldest] = id
    oldest = (oldest + 1) % Self.limit
  }

  func areSeen(by snapshot: TransactionSnapshot) -> Bool { ids.allSatisfy { snapshot.sees($0) } }
}
