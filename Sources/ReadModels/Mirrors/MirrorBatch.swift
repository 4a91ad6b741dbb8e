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
    let layout: RowLayout
    let lsn: Int64
    /// The image that the same key had before it in this batch; -1 for none.
    let previous: Int
    /// Whether the row was deleted in between: then it has nothing from before.
    let isFresh: Bool
    /// The key that the row had until this change, where that changed it: the values that it lacks are the former row's.
    let formerKey: RowKey?
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
  }

  let table: MirrorTable
  private(set) var entries: [Entry] = []
  /// How many changes each of the entries had.
  private(set) var changes: [Int] = []
  private(set) var images: [Image] = []
  /// Whether a row of this batch changed its key.
  private(set) var hasFormerKeys = false
  private var layouts = RowLayouts()
  private var byKey: [RowKey: Int] = [:]

  init(table: MirrorTable, reserving count: Int) {
    self.table = table.unshared()
    entries.reserveCapacity(count)
    images.reserveCapacity(count)
    byKey.reserveCapacity(count)
  }

  /// Takes a change in.
  ///
  /// - Parameter formerKey: The key that a create's record says its row had before; asked of creates alone.
  mutating func add(_ envelope: Envelope, record: Int, formerKey header: () -> RowKey? = { nil }) throws(RecordFailure) {
    let version = RowVersion(envelope)
    switch envelope.operation {
    case .create, .update, .read:
      guard let after = envelope.after else {
        throw RecordFailure(index: record, reason: "an insert or update of \(table.definition.sourceName) carries no row")
      }
      let key = try table.key(of: after, layouts.layout(of: after, table), record: record)
      var formerKey = envelope.operation == .create ? header() : nil
      // A record's key need not be the table's: then a changed primary key arrives as one update, not as a delete and a create.
      if envelope.operation == .update, let before = envelope.before, let former = try formerKeyIfChanged(before, key, record: record) {
        formerKey = former
        var deleted = version
        deleted.isDelete = true
        put(former, version: deleted, envelope, record: record)
      }
      put(key, version: version, envelope, record: record, row: after, formerKey: formerKey)
    case .delete:
      guard let before = envelope.before else {
        throw RecordFailure(
          index: record,
          reason: "a delete from \(table.definition.sourceName) carries no key: the table's REPLICA IDENTITY must not be NOTHING")
      }
      let key = try table.key(of: before, layouts.layout(of: before, table), record: record)
      put(key, version: version, envelope, record: record)
    case .truncate, .message:
      return
    }
  }

  private mutating func formerKeyIfChanged(_ before: ChangeEvents.Row, _ key: RowKey, record: Int) throws(RecordFailure) -> RowKey? {
    let former = try table.key(of: before, layouts.layout(of: before, table), record: record)
    return former == key ? nil : former
  }

  private mutating func put(
    _ key: RowKey, version: RowVersion, _ envelope: Envelope, record: Int, row: ChangeEvents.Row? = nil,
    formerKey: RowKey? = nil
  ) {
    let committedAt = envelope.source.tsUs
    // One look for both: the number that is there, or that of a new entry.
    let index = Self.value(of: &byKey[key, default: entries.count])
    if index == entries.count {
      if let row { append(row, record: record, lsn: version.lsn, previous: -1, isFresh: false, formerKey: formerKey) }
      entries.append(
        Entry(key: key, version: version, committedAt: committedAt, record: record, image: row == nil ? -1 : images.count - 1))
      changes.append(1)
      return
    }
    changes[index] += 1
    let known = entries[index]
    guard version.supersedes(known.version) else { return }
    var entry = Entry(
      key: known.key, version: version.written(over: known.version), committedAt: committedAt, record: record, image: known.image)
    if let row {
      append(
        row, record: record, lsn: version.lsn, previous: known.image, isFresh: known.version.isDelete, formerKey: formerKey)
      entry.image = images.count - 1
    }
    entries[index] = entry
  }

  private static func value(of number: inout Int) -> Int { number }

  private mutating func append(
    _ row: ChangeEvents.Row, record: Int, lsn: Int64, previous: Int, isFresh: Bool, formerKey: RowKey?
  ) {
    if formerKey != nil { hasFormerKeys = true }
    images.append(
      Image(
        record: record, row: row, layout: layouts.layout(of: row, table), lsn: lsn, previous: previous, isFresh: isFresh,
        formerKey: formerKey))
  }

  // MARK: Where values come from

  /// Where the newest value of a column is.
  enum Source: Equatable {
    /// In an image of this batch.
    case image(Int, field: Int)
    /// In the row that is stored under this key.
    case stored(RowKey)
    /// No change of this batch has the column.
    case nowhere
  }

  /// Looks for a column's value in `image` of `key`, and in the images before it, also those that the row had under other keys.
  ///
  /// An image lacks a value where it is TOASTed and was not changed. The way ends at the first change of this batch: what that lacks is
  /// stored.
  func source(of column: Int, in image: Int, of key: RowKey) -> Source {
    var (image, key) = (image, key)
    var isLacking = false
    // Each step leads to an older image; the count is for LSNs that a source has mixed up.
    var steps = 0
    while image >= 0, steps <= images.count {
      steps += 1
      let current = images[image]
      if let field = current.layout.fields[column] {
        if !table.decoders[column].isUnavailable(in: current.row, at: field) { return .image(image, field: field) }
        isLacking = true
      }
      if let former = current.formerKey {
        key = former
        image = newestImage(of: former, before: current.lsn)
      } else if current.isFresh {
        return .nowhere
      } else {
        image = current.previous
      }
    }
    return isLacking ? .stored(key) : .nowhere
  }

  /// Rows that are stored under other keys and have values that rows of this batch lack.
  func formerRows() -> FormerRows.Wanted {
    var wanted = FormerRows.Wanted()
    guard hasFormerKeys else { return wanted }
    for entry in entries where entry.image >= 0 {
      for column in table.definition.columns.indices {
        guard case .stored(let key) = source(of: column, in: entry.image, of: entry.key), key != entry.key else { continue }
        wanted.insert(key, column)
      }
    }
    return wanted
  }

  private func newestImage(of key: RowKey, before lsn: Int64) -> Int {
    guard let index = byKey[key] else { return -1 }
    var image = entries[index].image
    while image >= 0, images[image].lsn >= lsn { image = images[image].previous }
    return image
  }
}
