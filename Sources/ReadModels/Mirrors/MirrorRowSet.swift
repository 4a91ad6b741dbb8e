internal import ChangeEvents
internal import Postgres
internal import Syncer

/// Rows of one table that carry the same columns, as one array per column: what one statement writes.
struct MirrorRowSet {
  /// A row whose unavailable values are to be copied from the row that it was before its key changed.
  struct Inheritance {
    let key: RowKey
    let formerKey: RowKey
    let lsn: Int64
    /// Numbers of the columns to copy.
    let columns: [Int]
  }

  /// The columns' numbers, ascending; the key's are always among them.
  let columns: [Int]
  /// One per column.
  var values: [ArrayLiteral]
  var lsns = ArrayLiteral()
  var afters = ArrayLiteral()
  var times = ArrayLiteral()
  var deleted = ArrayLiteral()
  var count = 0

  init(columns: [Int], reservingRows rows: Int) {
    self.columns = columns
    values = columns.map { _ in ArrayLiteral(reservingBytes: rows * 16) }
    lsns = ArrayLiteral(reservingBytes: rows * 14)
    afters = ArrayLiteral(reservingBytes: rows * 14)
    times = ArrayLiteral(reservingBytes: rows * 18)
    deleted = ArrayLiteral(reservingBytes: rows * 4)
  }

  /// Adds what every row has beside its columns.
  mutating func appendVersion(_ version: RowVersion, committedAt: Int64) {
    lsns.append(version.lsn)
    if let after = version.after { afters.append(after) } else { afters.appendNull() }
    times.append(committedAt)
    deleted.append(version.isDelete ? "t" : "f")
    count += 1
  }
}

extension MirrorBatch {
  /// Where a column's value is.
  private struct Place {
    var image: Int32
    var field: Int32
  }

  /// The rows to write, grouped by the columns that they carry, and those that inherit values.
  ///
  /// - Parameter formerKey: The key that a create's record says its row had before, for a record by its index.
  func rowSets(
    formerKey: (Int) -> RowKey?
  ) throws(RecordFailure) -> (sets: [MirrorRowSet], inheritances: [MirrorRowSet.Inheritance]) {
    let definition = table.definition
    let width = definition.columns.count
    var sets: [MirrorRowSet] = []
    var setOfMask: [ColumnMask: Int] = [:]
    var inheritances: [MirrorRowSet.Inheritance] = []
    var places = [Place](repeating: Place(image: -1, field: -1), count: width)
    var keyOnly = ColumnMask()
    for column in definition.key { keyOnly.insert(column) }
    var scratch: [UInt8] = []
    for entry in entries {
      var mask = keyOnly
      if entry.image >= 0 {
        var unavailable: [Int] = []
        mask = try locate(entry, into: &places, unavailable: &unavailable)
        if !unavailable.isEmpty, !entry.version.isDelete, let former = entry.formerKey ?? formerKey(entry.record) {
          inheritances.append(.init(key: entry.key, formerKey: former, lsn: entry.version.lsn, columns: unavailable))
        }
      }
      let set: Int
      if let known = setOfMask[mask] {
        set = known
      } else {
        sets.append(MirrorRowSet(columns: (0..<width).filter(mask.contains), reservingRows: entries.count))
        set = sets.count - 1
        setOfMask[mask] = set
      }
      for (position, column) in sets[set].columns.enumerated() {
        if let part = definition.key.firstIndex(of: column) {
          entry.key.withText(part) { sets[set].values[position].append(text: $0) }
        } else {
          try append(column, at: places[column], to: &sets[set].values[position], scratch: &scratch)
        }
      }
      sets[set].appendVersion(entry.version, committedAt: entry.committedAt)
    }
    return (sets, inheritances)
  }

  /// Finds each column's newest value that is not the unavailable placeholder, and returns the columns that have one.
  private func locate(
    _ entry: Entry, into places: inout [Place], unavailable: inout [Int]
  ) throws(RecordFailure) -> ColumnMask {
    var mask = ColumnMask()
    var matched = 0
    for column in places.indices {
      let name = table.definition.columns[column].name
      var image = entry.image
      var wasUnavailable = false
      while image >= 0 {
        if let field = images[image].row.index(of: name, hint: column) {
          if image == entry.image { matched += 1 }
          if !table.decoders[column].isUnavailable(in: images[image].row, at: field) {
            places[column] = Place(image: Int32(truncatingIfNeeded: image), field: Int32(truncatingIfNeeded: field))
            mask.insert(column)
            wasUnavailable = false
            break
          }
          wasUnavailable = true
        }
        image = images[image].previous
      }
      if wasUnavailable { unavailable.append(column) }
    }
    let newest = images[entry.image]
    if matched < newest.row.count { try refuseUnknownColumns(of: newest) }
    for column in table.definition.key { mask.insert(column) }
    return mask
  }

  /// A column that the mirror does not have would be lost without a word.
  private func refuseUnknownColumns(of image: Image) throws(RecordFailure) {
    let definition = table.definition
    for field in 0..<image.row.count {
      let name = image.row.name(field)
      guard !definition.omittedColumns.contains(name), !definition.columns.contains(where: { $0.name == name }) else { continue }
      throw RecordFailure(
        index: image.record,
        reason: "column \(name) of \(definition.sourceName) is not in the mirror: restart the syncer, so that it reads the table anew")
    }
  }

  private func append(
    _ column: Int, at place: Place, to literal: inout ArrayLiteral, scratch: inout [UInt8]
  ) throws(RecordFailure) {
    scratch.removeAll(keepingCapacity: true)
    let image = images[Int(place.image)]
    do {
      if try table.decoders[column].appendText(of: image.row, at: Int(place.field), to: &scratch) {
        scratch.withUnsafeBytes { literal.append(text: $0) }
      } else {
        literal.appendNull()
      }
    } catch {
      let definition = table.definition
      throw RecordFailure(
        index: image.record,
        reason: "a value does not fit column \(definition.columns[column].name) of \(definition.sourceName): \(error)", cause: error)
    }
  }
}
