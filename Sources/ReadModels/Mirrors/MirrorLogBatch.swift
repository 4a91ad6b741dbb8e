internal import ChangeEvents
internal import Postgres
internal import Syncer

/// The inserts of one table without a primary key in one batch. Its mirror is a log: rows are told apart by their LSN and, among those of
/// one LSN (a COPY, a snapshot), by their number in the transaction or else by a digest of their values.
///
/// A later snapshot (the first one was interrupted, or `snapshot.mode=always`) holds the rows of an earlier one and of the inserts between them
/// once more, under its own LSN: it takes their place.
///
/// The limit: without `provide.transaction.metadata`, two rows of one LSN whose values are all equal count as one.
struct MirrorLogBatch {
  let table: MirrorTable
  private(set) var rows: MirrorRowSet
  private(set) var digests = ArrayLiteral()
  private var layouts = RowLayouts()
  /// The newest snapshot that rows of this batch belong to, by its LSN; nil where none does.
  private(set) var snapshotLSN: Int64?

  init(table: MirrorTable, reserving count: Int) {
    self.table = table
    rows = MirrorRowSet(columns: Array(table.definition.columns.indices), of: table.definition, reservingRows: count)
  }

  /// Takes an insert in; an update or a delete cannot be followed and fails.
  mutating func add(_ envelope: Envelope, record: Int) throws(RecordFailure) {
    let definition = table.definition
    switch envelope.operation {
    case .create, .read: break
    case .update, .delete:
      throw RecordFailure(
        index: record,
        reason: "table \(definition.sourceName) has no primary key, so its mirror is a log of inserts that cannot follow an update or "
          + "delete: give the table a primary key, or take it out of the mirrors")
    case .truncate, .message: return
    }
    guard envelope.source.snapshot != .incremental else {
      throw RecordFailure(
        index: record,
        reason: "table \(definition.sourceName) has no primary key, so that rows of an incremental snapshot cannot be told from those that "
          + "its mirror has: send the signal with type blocking, whose rows take the place of the mirror's")
    }
    guard let row = envelope.after else {
      throw RecordFailure(index: record, reason: "an insert into \(definition.sourceName) carries no row")
    }
    var digest = StableHash()
    var scratch: [UInt8] = []
    let layout = layouts.layout(of: row, table)
    for (column, decoder) in table.decoders.enumerated() {
      let name = definition.columns[column].name
      guard let field = layout.fields[column] else {
        // Not in the digest either: a column that was added since leaves those of older records as they were.
        rows.values[column].appendNull()
        continue
      }
      scratch.removeAll(keepingCapacity: true)
      do {
        if try decoder.appendText(of: row, at: field, to: &scratch) {
          guard scratch.withUnsafeBytes({ rows.values[column].append(text: $0) }) else {
            takeBack(column)
            throw misfit(name, record)
          }
          digest.combine(scratch)
          digest.combine(CollectionOfOne(0xFE))
        } else {
          rows.values[column].appendNull()
          digest.combine(CollectionOfOne(0xFF))
        }
      } catch let failure as RecordFailure {
        throw failure
      } catch {
        takeBack(column)
        throw misfit(name, record, error)
      }
    }
    if let name = layout.unknownField {
      takeBack(table.decoders.count)
      throw table.refusal(ofUnknown: name, record: record)
    }
    digests.append(envelope.transaction?.totalOrder ?? Int64(bitPattern: digest.value))
    let version = RowVersion(envelope)
    if version.after == nil { snapshotLSN = max(snapshotLSN ?? version.lsn, version.lsn) }
    rows.appendVersion(version, committedAt: envelope.source.tsUs)
  }

  private func misfit(_ column: String, _ record: Int, _ error: (any Error)? = nil) -> RecordFailure {
    RecordFailure(
      index: record, reason: "a value does not fit column \(column) of \(table.definition.sourceName)\(error.map { ": \($0)" } ?? "")",
      cause: MirrorMismatch(kind: .value, mirror: table.definition.mirrorName, column: column, cause: error))
  }

  /// Forgets the first values of a row that is not taken in.
  private mutating func takeBack(_ columns: Int) {
    for column in 0..<columns { rows.values[column].removeLast() }
  }
}
