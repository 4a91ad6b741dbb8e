/// Which change wrote a row, and the rule that decides which of two changes of a row is the newer one.
///
/// Streamed changes of one row have growing LSNs, because each waits for the row's lock. Three cases need more than that:
///
/// - **A snapshot's row** carries the LSN of the slot's consistent point. A transaction that was running at that point is streamed
///   although the snapshot does not hold its effect, and its changes have *lower* LSNs. It is told by the commit before it
///   (`source.sequence[0]`), which is not below the consistent point.
/// - **A row of an incremental snapshot** has no LSN of its own; `source.sequence[1]` is how far the stream was when it was sent. It counts as
///   read there. Debezium and `sluice capture` alike send a chunk once the stream is past the moment of reading, and leave out the rows
///   that the stream has changed since the reading began. So the row holds all that was streamed before it, which has smaller LSNs and
///   smaller commits before it: it takes the place of that, also where it is wrong or missing. What is streamed after it wins over it as
///   over any snapshot's row: its LSN is higher, or, where its transaction ran at that moment, the commit before it is not lower. An older
///   reading that arrives late loses to both. Where the source does not tell the position, the row counts as read at 0 and only fills
///   what is missing.
/// - **A delete and a create of the same LSN** are one update that changed the record's key (or that moved the row to another routing
///   key); their order across partitions is not known. The row lives.
///
/// `MirrorTableStore` says the same in SQL; both are tested against one table of cases.
struct RowVersion: Sendable, Hashable {
  /// `after` of a streamed change whose connector did not tell the commit before it: the first transaction after a snapshot.
  static let unknownCommit: Int64 = -1

  /// The change's LSN, or the stream's position where an incremental snapshot sent the row; 0 where the source told neither.
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
