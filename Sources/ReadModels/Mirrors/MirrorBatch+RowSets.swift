internal import ChangeEvents
internal import Postgres
internal import Syncer

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
    var (lastMask, lastSet) = (ColumnMask(), -1)
    func set(of mask: ColumnMask) -> Int {
      if lastSet >= 0, mask == lastMask { return lastSet }
      lastMask = mask
      lastSet = setOfMask[mask] ?? result.sets.count
      if lastSet == result.sets.count {
        result.sets.append(MirrorRowSet(columns: (0..<width).filter(mask.contains), of: definition, reservingRows: entries.count))
        setOfMask[mask] = lastSet
      }
      return lastSet
    }
    var whole = ColumnMask()
    for column in 0..<width { whole.insert(column) }
    var keyOnly = ColumnMask()
    for column in definition.key { keyOnly.insert(column) }
    // Which part of the key a column is.
    var parts = [Int?](repeating: nil, count: width)
    for (part, column) in definition.key.enumerated() { parts[column] = part }
    let isPlain = table.decoders.map(\.isPlain)
    var places = [Place](repeating: .nowhere, count: width)
    for index in entries.indices {
      do throws(RecordFailure) {
        let image = entries[index].image
        if image >= 0, isWhole(image), append(index, images[image], isPlain, to: &result.sets[set(of: whole)]) { continue }
        let mask = image < 0 ? keyOnly : try locate(index, into: &places, former)
        try append(index, places, former, parts, isPlain, to: &result.sets[set(of: mask)])
      } catch {
        result.failures.append(error)
        // What the row was before in this batch has to be written then.
        if !isAlone(index) { result.isComplete = false }
      }
    }
    return result
  }

  /// Whether the image should have the value of each column, and nothing else: nearly all have.
  private func isWhole(_ image: Int) -> Bool {
    let layout = images[image].layout
    guard layout.isWhole, layout.unknownField == nil else { return false }
    return !table.mayBeUnavailable.contains { column in
      layout.fields[column].map { table.decoders[column].isUnavailable(in: images[image].row, at: $0) } ?? true
    }
  }

  /// Whether the batch holds one change of the row and no other.
  private func isAlone(_ index: Int) -> Bool {
    let image = entries[index].image
    return changes[index] == 1 && (image < 0 || images[image].formerKey == nil)
  }

  /// Adds a row that stands in one image, or nothing where a value of it fails, and returns whether it was added.
  private func append(_ index: Int, _ image: Image, _ isPlain: [Bool], to set: inout MirrorRowSet) -> Bool {
    for column in set.columns {
      guard let field = image.layout.fields[column] else { return false }
      do throws(RecordFailure) {
        try append(column, image, field, isPlain: isPlain[column], to: &set.values[column])
      } catch {
        for before in 0..<column { set.values[before].removeLast() }
        return false
      }
    }
    set.appendVersion(entries[index].version, committedAt: entries[index].committedAt)
    return true
  }

  /// Adds a row whose values were looked for, or nothing where a value of it fails.
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
        guard case .some(.some(let text)) = former[key, column] else {
          set.values[position].appendNull()
          continue
        }
        if !text.withUnsafeBytes({ set.values[position].append(text: $0) }) {
          for before in 0..<position { set.values[before].removeLast() }
          throw misfit(column, record: entries[index].record)
        }
      }
    }
    set.appendVersion(entries[index].version, committedAt: entries[index].committedAt)
  }

  /// Finds each column's newest value, and returns the columns that have one. The others keep what is stored.
  private func locate(_ index: Int, into places: inout [Place], _ former: FormerRows) throws(RecordFailure) -> ColumnMask {
    var mask = ColumnMask()
    let number = entries[index].image
    let layout = images[number].layout
    if let name = layout.unknownField { throw table.refusal(ofUnknown: name, record: images[number].record) }
    for column in places.indices {
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
    for column in table.definition.key { mask.insert(column) }
    return mask
  }

  private func append(
    _ column: Int, _ image: Image, _ field: Int, isPlain: Bool, to array: inout ColumnArray
  ) throws(RecordFailure) {
    if let value = table.decoders[column].binaryValue(of: image.row, at: field), array.append(value) { return }
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
