internal import Postgres

/// How far an unfinished snapshot came: what of each table the sink has acknowledged.
///
/// Kept in the stored offset, so that the next start reads the rest. That is sound as long as the slot keeps every change since the first row
/// was read: `slotPoint` tells a slot that was made anew or moved meanwhile.
struct SnapshotProgress: Hashable, Sendable {
  struct Table: Hashable, Sendable {
    var oid: UInt32
    /// `pg_relation_filenode`: another one means that the rows were rewritten and stand elsewhere. 0 for what has no heap of its own.
    var file: Int64
    var done = PageRanges()
  }

  /// Where the slot stood when the snapshot was begun.
  var slotPoint: LSN
  /// The oldest transaction that was not settled when the first row was read: rows written by it or later ones may have moved among the pages
  /// that were read, and are read again.
  var horizon: UInt64
  /// By qualified name.
  var tables: [String: Table] = [:]

  init(slotPoint: LSN, horizon: UInt64) {
    self.slotPoint = slotPoint
    self.horizon = horizon
  }

  var json: JSONDocument {
    .object([
      .init(name: "slot_point", value: .string(slotPoint.description)), .init(name: "horizon", value: .string("\(horizon)")),
      .init(
        name: "tables",
        value: .object(
          tables.sorted { $0.key < $1.key }.map { name, table in
            .init(
              name: name,
              value: .object([
                .init(name: "oid", value: .number("\(table.oid)")), .init(name: "file", value: .number("\(table.file)")),
                .init(name: "done", value: .string(table.done.text)),
              ]))
          })),
    ])
  }

  /// - Returns: nil for what is no progress, which is the same as none: the snapshot is read from its beginning.
  init?(_ json: JSONDocument) {
    guard let point = json["slot_point"]?.string.flatMap({ LSN($0) }), let horizon = json["horizon"]?.string.flatMap({ UInt64($0) }),
      case .object(let members)? = json["tables"]
    else { return nil }
    self.init(slotPoint: point, horizon: horizon)
    for member in members {
      guard let oid = member.value["oid"]?.integer.flatMap({ UInt32(exactly: $0) }), let file = member.value["file"]?.integer,
        let done = member.value["done"]?.string.flatMap({ PageRanges($0) })
      else { return nil }
      tables[member.name] = Table(oid: oid, file: file, done: done)
    }
  }
}
