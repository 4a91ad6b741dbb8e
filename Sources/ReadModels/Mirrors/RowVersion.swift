/// Which change wrote a row, and the rule that decides which of two changes of a row is the newer one.
///
/// Streamed changes of one row have growing LSNs, because each waits for the row's lock. Two cases need more than that:
///
/// - **A snapshot's row** carries the LSN of the slot's consistent point. A transaction that was running at that point is streamed
///   although the snapshot does not hold its effect, and its changes have *lower* LSNs. It is told by the commit before it
///   (`source.sequence[0]`), which is not below the consistent point.
/// - **A delete and a create of the same LSN** are one update that changed the record's key (or that moved the row to another routing
///   key); their order across partitions is not known. The row lives.
///
/// `MirrorTableStore` says the same in SQL; both are tested against one table of cases.
struct RowVersion: Sendable, Hashable {
  /// `after` of a streamed change whose connector did not tell the commit before it: the first transaction after a snapshot.
  static let unknownCommit: Int64 = -1

  /// The change's LSN; 0 where the source gave none (incremental snapshots).
  var lsn: Int64

  /// LSN of the last commit before the change's transaction; nil for a row read by a snapshot.
  var after: Int64?

  /// Whether the change deleted the row.
  var isDelete: Bool

  /// Whether this change is to be written over what `stored` has written.
  func supersedes(_ stored: RowVersion) -> Bool {
    switch (after, stored.after) {
    case (nil, nil):
      return lsn > stored.lsn
    case (nil, let storedAfter?):
      return lsn > max(stored.lsn, storedAfter)
    case (let after?, nil):
      return after == Self.unknownCommit || max(lsn, after) >= stored.lsn
    case (_?, _?):
      return lsn > stored.lsn || (lsn == stored.lsn && stored.isDelete && !isDelete)
    }
  }

  /// What is kept of this change after it was written over `stored`: one that did not know the commit before it was committed after the
  /// snapshot whose row it replaced.
  func written(over stored: RowVersion) -> RowVersion {
    guard after == Self.unknownCommit, stored.after == nil else { return self }
    return RowVersion(lsn: lsn, after: stored.lsn, isDelete: isDelete)
  }
}
