internal import ChangeEvents
internal import Syncer

/// The changes of one keyed table in one batch, reduced to the newest of each row.
///
/// Pure: what is written with it is `MirrorRowSet`'s business.
struct MirrorBatch {
  /// A row image that a change carried.
  struct Image {
    /// The record that carried it.
    let record: Int
    let row: ChangeEvents.Row
    /// The image of the same row's change before it in this batch, which has the values that this one lacks; -1 for none.
    let previous: Int
  }

  /// What is to be written for one row.
  struct Entry {
    let key: RowKey
    var version: RowVersion
    /// The source's commit time, microseconds since 1970.
    var committedAt: Int64
    /// The record that made it, by its index.
    var record: Int
    /// The newest image in `images`; -1 for a delete of a row whose values the batch does not hold.
    var image: Int
    /// The key that this row had before, where the same change told it.
    var formerKey: RowKey?
  }

  let table: MirrorTable
  private(set) var entries: [Entry] = []
  private(set) var images: [Image] = []
  private var byKey: [RowKey: Int] = [:]

  init(table: MirrorTable, reserving count: Int) {
    self.table = table
    entries.reserveCapacity(count)
    images.reserveCapacity(count)
    byKey.reserveCapacity(count)
  }

  /// Takes a change in.
  mutating func add(_ envelope: Envelope, record: Int) throws(RecordFailure) {
    let version = RowVersion(envelope)
    switch envelope.operation {
    case .create, .update, .read:
      guard let after = envelope.after else {
        throw RecordFailure(index: record, reason: "an insert or update of \(table.definition.sourceName) carries no row")
      }
      let key = try table.key(of: after, record: record)
      var formerKey: RowKey?
      // A record's key need not be the table's: then a changed primary key arrives as one update, not as a delete and a create.
      if envelope.operation == .update, let before = envelope.before, let former = try formerKeyIfChanged(before, key, record: record) {
        formerKey = former
        var deleted = version
        deleted.isDelete = true
        put(former, version: deleted, envelope, record: record, row: nil)
      }
      put(key, version: version, envelope, record: record, row: after, formerKey: formerKey)
    case .delete:
      guard let before = envelope.before else {
        throw RecordFailure(
          index: record,
          reason: "a delete from \(table.definition.sourceName) carries no key: the table's REPLICA IDENTITY must not be NOTHING")
      }
      put(try table.key(of: before, record: record), version: version, envelope, record: record, row: nil)
    case .truncate, .message:
      return
    }
  }

  private func formerKeyIfChanged(_ before: ChangeEvents.Row, _ key: RowKey, record: Int) throws(RecordFailure) -> RowKey? {
    let former = try table.key(of: before, record: record)
    return former == key ? nil : former
  }

  private mutating func put(
    _ key: RowKey, version: RowVersion, _ envelope: Envelope, record: Int, row: ChangeEvents.Row?, formerKey: RowKey? = nil
  ) {
    let committedAt = envelope.source.tsUs
    guard let index = byKey[key] else {
      if let row { images.append(Image(record: record, row: row, previous: -1)) }
      byKey[key] = entries.count
      entries.append(
        Entry(
          key: key, version: version, committedAt: committedAt, record: record, image: row == nil ? -1 : images.count - 1,
          formerKey: formerKey))
      return
    }
    let known = entries[index]
    guard version.supersedes(known.version) else { return }
    var entry = Entry(
      key: known.key, version: version.written(over: known.version), committedAt: committedAt, record: record, image: known.image,
      formerKey: formerKey ?? known.formerKey)
    if let row {
      // A row that was deleted and made anew has nothing from before.
      images.append(Image(record: record, row: row, previous: known.version.isDelete ? -1 : known.image))
      entry.image = images.count - 1
    }
    entries[index] = entry
  }
}
