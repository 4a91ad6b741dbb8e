internal import ChangeEvents
internal import Postgres
internal import Syncer

/// Rows of one table that carry the same columns, as one array per column: what one statement writes.
struct MirrorRowSet {
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
  private enum Place {
    case nowhere
    case image(Int, field: Int)
    case former(RowKey)
  }

  /// The rows to write, grouped by the columns that they carry.
  ///
  /// - Parameter former: What ``formerRows()`` asked for.
  func rowSets(_ former: FormerRows = FormerRows()) throws(RecordFailure) -> [MirrorRowSet] {
    let definition = table.definition
    let width = definition.columns.count
    var sets: [MirrorRowSet] = []
    var setOfMask: [ColumnMask: Int] = [:]
    var places = [Place](repeating: .nowhere, count: width)
    var keyOnly = ColumnMask()
    for column in definition.key { keyOnly.insert(column) }
    var scratch: [UInt8] = []
    for entry in entries {
      var mask = keyOnly
      if entry.image >= 0 { mask = try locate(entry, into: &places, former) }
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
          continue
        }
        switch places[column] {
        case .nowhere: sets[set].values[position].appendNull()
        case .image(let image, let field):
          try append(column, images[image], field, to: &sets[set].values[position], scratch: &scratch)
        case .former(let key):
          if case .some(.some(let text)) = former[key, column] {
            text.withUnsafeBytes { sets[set].values[position].append(text: $0) }
          } else {
            sets[set].values[position].appendNull()
          }
        }
      }
      sets[set].appendVersion(entry.version, committedAt: entry.committedAt)
    }
    return sets
  }

  /// Finds each column's newest value, and returns the columns that have one. The others keep what is stored.
  private func locate(_ entry: Entry, into places: inout [Place], _ former: FormerRows) throws(RecordFailure) -> ColumnMask {
    var mask = ColumnMask()
    var matched = 0
    let newest = images[entry.image]
    for column in places.indices {
      if let field = newest.row.index(of: table.definition.columns[column].name, hint: column) {
        matched += 1
        if !table.decoders[column].isUnavailable(in: newest.row, at: field) {
          places[column] = .image(entry.image, field: field)
          mask.insert(column)
          continue
        }
      }
      switch source(of: column, in: entry.image, of: entry.key) {
      case .image(let image, let field):
        places[column] = .image(image, field: field)
        mask.insert(column)
      case .stored(let key) where key != entry.key && former[key, column] != nil:
        places[column] = .former(key)
        mask.insert(column)
      case .stored, .nowhere: continue
      }
    }
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
    _ column: Int, _ image: Image, _ field: Int, to literal: inout ArrayLiteral, scratch: inout [UInt8]
  ) throws(RecordFailure) {
    scratch.removeAll(keepingCapacity: true)
    do {
      if try table.decoders[column].appendText(of: image.row, at: field, to: &scratch) {
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
