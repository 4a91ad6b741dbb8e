internal import ChangeEvents
internal import Postgres
internal import Syncer

/// Rows of one table that carry the same columns, as one array per column: what one statement writes.
struct MirrorRowSet {
  /// The columns' numbers, ascending; the key's are always among them.
  let columns: [Int]
  /// One per column.
  var values: [ColumnArray]
  var lsns: BinaryArray
  var afters: BinaryArray
  var times: BinaryArray
  var deleted: BinaryArray
  var count = 0

  /// - Parameter definition: the table's, whose columns `columns` are.
  init(columns: [Int], of definition: MirrorDefinition, reservingRows rows: Int) {
    self.columns = columns
    values = columns.map { ColumnArray(of: definition.columns[$0].parameterType, reservingBytes: rows * 16) }
    lsns = BinaryArray(of: .int8, reservingBytes: rows * 12)
    afters = BinaryArray(of: .int8, reservingBytes: rows * 12)
    times = BinaryArray(of: .timestamptz, reservingBytes: rows * 12)
    deleted = BinaryArray(of: .bool, reservingBytes: rows * 5)
  }

  /// Adds what every row has beside its columns.
  mutating func appendVersion(_ version: RowVersion, committedAt: Int64) {
    lsns.append(version.lsn)
    if let after = version.after { afters.append(after) } else { afters.appendNull() }
    times.append(committedAt)
    deleted.append(version.isDelete)
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

  /// The rows to write, grouped by the columns that they carry, and the records whose values no row can be made of.
  ///
  /// - Parameter former: What ``formerRows()`` asked for.
  func rowSets(_ former: FormerRows = FormerRows()) -> MirrorRowSets {
    let definition = table.definition
    let width = definition.columns.count
    var result = MirrorRowSets()
    var setOfMask: [ColumnMask: Int] = [:]
    var places = [Place](repeating: .nowhere, count: width)
    var keyOnly = ColumnMask()
    for column in definition.key { keyOnly.insert(column) }
    // Which part of the key a column is.
    var parts = [Int?](repeating: nil, count: width)
    for (part, column) in definition.key.enumerated() { parts[column] = part }
    let isPlain = table.decoders.map(\.isPlain)
    var (lastMask, lastSet) = (ColumnMask(), -1)
    for index in entries.indices {
      var mask = keyOnly
      do throws(RecordFailure) {
        if entries[index].image >= 0 { mask = try locate(index, into: &places, former) }
        if lastSet < 0 || mask != lastMask {
          if let known = setOfMask[mask] {
            lastSet = known
          } else {
            result.sets.append(MirrorRowSet(columns: (0..<width).filter(mask.contains), of: definition, reservingRows: entries.count))
            lastSet = result.sets.count - 1
            setOfMask[mask] = lastSet
          }
          lastMask = mask
        }
        try append(index, places, former, parts, isPlain, to: &result.sets[lastSet])
      } catch {
        result.failures.append(error)
        // What the row was before in this batch has to be written then.
        if !isAlone(index) { result.isComplete = false }
      }
    }
    return result
  }

  /// Whether the batch holds one change of the row and no other.
  private func isAlone(_ index: Int) -> Bool {
    let image = entries[index].image
    return changes[index] == 1 && (image < 0 || images[image].formerKey == nil)
  }

  /// Adds a row, or nothing where a value of it fails.
  private func append(
    _ index: Int, _ places: [Place], _ former: FormerRows, _ parts: [Int?], _ isPlain: [Bool], to set: inout MirrorRowSet
  ) throws(RecordFailure) {
    for position in set.columns.indices {
      let column = set.columns[position]
      if let part = parts[column] {
        // Its text was made by the column's decoder, like those below.
        if !entries[index].key.withText(part, { set.values[position].append(text: $0) }) {
          for before in 0..<position { set.values[before].removeLast() }
          throw misfit(column, record: entries[index].record)
        }
        continue
      }
      switch places[column] {
      case .nowhere: set.values[position].appendNull()
      case .image(let image, let field):
        do throws(RecordFailure) {
          try append(column, images[image], field, isPlain: isPlain[column], to: &set.values[position])
        } catch {
          for before in 0..<position { set.values[before].removeLast() }
          throw error
        }
      case .former(let key):
        if case .some(.some(let text)) = former[key, column], text.withUnsafeBytes({ set.values[position].append(text: $0) }) { continue }
        set.values[position].appendNull()
      }
    }
    set.appendVersion(entries[index].version, committedAt: entries[index].committedAt)
  }

  /// Finds each column's newest value, and returns the columns that have one. The others keep what is stored.
  private func locate(_ index: Int, into places: inout [Place], _ former: FormerRows) throws(RecordFailure) -> ColumnMask {
    var mask = ColumnMask()
    var matched = 0
    let number = entries[index].image
    let newest = images[number]
    for column in places.indices {
      if let field = newest.row.index(of: table.definition.columns[column].name, hint: column) {
        matched += 1
        if !table.decoders[column].isUnavailable(in: newest.row, at: field) {
          places[column] = .image(number, field: field)
          mask.insert(column)
          continue
        }
      }
      switch source(of: column, in: number, of: entries[index].key) {
      case .image(let image, let field):
        places[column] = .image(image, field: field)
        mask.insert(column)
      case .stored(let key) where key != entries[index].key && former[key, column] != nil:
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
        reason: "column \(name) of \(definition.sourceName) is not in the mirror: restart the syncer, so that it reads the table anew",
        cause: MirrorMismatch(kind: .unknownField, mirror: definition.mirrorName, column: name))
    }
  }

  private func append(
    _ column: Int, _ image: Image, _ field: Int, isPlain: Bool, to array: inout ColumnArray
  ) throws(RecordFailure) {
    let fits: Bool
    do throws(ChangeEvents.ColumnDecodingError) {
      fits = try array.append(isPlain: isPlain) { (text) throws(ChangeEvents.ColumnDecodingError) in
        try table.decoders[column].appendText(of: image.row, at: field, to: &text)
      }
    } catch {
      throw misfit(column, record: image.record, error)
    }
    if !fits { throw misfit(column, record: image.record) }
  }

  private func misfit(_ column: Int, record: Int, _ error: ChangeEvents.ColumnDecodingError? = nil) -> RecordFailure {
    let definition = table.definition
    let name = definition.columns[column].name
    return RecordFailure(
      index: record,
      reason: "a value does not fit column \(name) of \(definition.sourceName)\(error.map { ": \($0)" } ?? "")",
      cause: MirrorMismatch(kind: .value, mirror: definition.mirrorName, column: name, cause: error))
  }
}
