internal import Syncer

/// What a batch of one table comes to.
struct MirrorRowSets {
  /// The rows to write.
  var sets: [MirrorRowSet] = []
  /// Records whose values no row can be made of; their rows are not among those to write.
  var failures: [RecordFailure] = []
  /// Whether the rows to write are those that the batch without the failed records comes to.
  var isComplete = true
}
