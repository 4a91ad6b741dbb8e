internal import Postgres

/// A part of a table that one connection reads at once.
///
/// Chunks are ranges of heap pages (a TID range scan, PostgreSQL 14): they need no key, no index and no counting of rows beforehand, are of
/// equal work whatever the keys are, and read each page of the disk once, in order. Ranges of keys would have to be found by a scan of their
/// own (as Debezium does), and read a heap that is not in the order of its key many times over.
struct SnapshotChunk: Hashable, Sendable {
  /// Of all chunks of the snapshot, in the order in which they are begun.
  var number: Int
  /// Position of its table in the plan.
  var table: Int
  /// Within the table, from 0.
  var index: Int
  /// nil is the whole table, or what an override selects.
  var pages: Range<Int64>?
  /// Of pages that an earlier attempt has read: only rows that were written since.
  var isChangedOnly = false
}
