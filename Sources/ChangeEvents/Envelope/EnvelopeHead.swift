/// What an envelope says beside its rows, read once; texts by their members' numbers, -1 for none.
struct EnvelopeHead {
  /// The `source` block.
  struct Source {
    var nameNode: Int32 = -1
    var databaseNode: Int32 = -1
    var schemaNode: Int32 = -1
    var tableNode: Int32 = -1
    var sequenceNode: Int32 = -1
    var lsn: Int64?
    var txID: Int64?
    var tsMs: Int64?
    var tsUs: Int64?
    var snapshot = SnapshotMarker.streaming
  }

  let operation: Operation
  let source: Source
  let tsMs: Int64?
  let transaction: EnvelopeTransaction?
  /// The members' numbers of the rows' fields.
  let before: Range<Int>?
  let after: Range<Int>?
  let message: Range<Int>?
}
