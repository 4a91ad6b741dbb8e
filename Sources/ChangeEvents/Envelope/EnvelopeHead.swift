/// What an envelope says in numbers, read once.
struct EnvelopeHead {
  /// Of the `source` block.
  struct Source {
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
}
