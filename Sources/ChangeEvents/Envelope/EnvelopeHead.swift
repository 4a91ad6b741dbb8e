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

    /// How many members it refers to at the most.
    static let nodeCount = 5
  }

  let operation: Operation
  var source: Source
  let tsMs: Int64?
  let transaction: EnvelopeTransaction?
  /// The members' numbers of the rows' fields.
  var before: Range<Int>?
  var after: Range<Int>?
  var message: Range<Int>?

  /// The same with other numbers of members.
  func renumbered(rows: (Range<Int>) -> Range<Int>, text: (Int32) -> Int32) -> EnvelopeHead {
    func renumbered(_ node: Int32) -> Int32 { node < 0 ? node : text(node) }
    var head = self
    head.source.nameNode = renumbered(source.nameNode)
    head.source.databaseNode = renumbered(source.databaseNode)
    head.source.schemaNode = renumbered(source.schemaNode)
    head.source.tableNode = renumbered(source.tableNode)
    head.source.sequenceNode = renumbered(source.sequenceNode)
    head.before = before.map(rows)
    head.after = after.map(rows)
    head.message = message.map(rows)
    return head
  }
}
