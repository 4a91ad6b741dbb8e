internal import ChangeEvents
internal import Syncer

/// Which rows of one mirror a batch has changed.
struct ChangedRows {
  let table: MirrorTable
  private(set) var keys: Set<RowKey> = []
  /// LSNs of truncations: each has changed all rows that it marked.
  private(set) var truncations: [Int64] = []
  private var layouts = RowLayouts()

  init(table: MirrorTable) {
    self.table = table
  }

  mutating func add(_ envelope: Envelope, record: Int) throws(RecordFailure) {
    if envelope.operation == .truncate {
      truncations.append(envelope.source.lsn ?? 0)
      return
    }
    for row in [envelope.after, envelope.before] {
      guard let row else { continue }
      keys.insert(try table.key(of: row, layouts.layout(of: row, table), record: record))
    }
  }
}
