internal import ChangeEvents

/// Decides which rows are `first`, `first_in_data_collection`, `last_in_data_collection` and `last`. Pure.
///
/// The last row of each chunk is held back, because only what follows tells whether it is the last of its table or of the snapshot. With one
/// thread a row is held until the next one is there, so that the order of the rows is that of the tables; with several a table's last row comes
/// behind all its others, as in Debezium. As there, `first` is the first row of the first table alone: where that has no rows, no row is `first`.
/// For `last` tables without rows do not count.
struct SnapshotMarkers {
  struct Row: Hashable, Sendable {
    var bytes: [UInt8]
    var chunk: SnapshotChunk
    var isFirst: Bool
    var isFirstOfTable: Bool
  }

  struct Released: Hashable, Sendable {
    var row: Row
    var marker: SnapshotMarker
  }

  private struct Table {
    var chunksLeft: Int
    var hasRows: Bool
    var held: Row?
  }

  private var tables: [Table]
  private var hasRows: Bool
  /// The last row of a table that is complete: the last of the snapshot so far.
  private var last: Row?

  /// - Parameters:
  ///   - chunks: how many each table has.
  ///   - begun: tables whose first rows an earlier attempt has sent.
  init(chunks: [Int], begun: Set<Int> = []) {
    tables = chunks.indices.map { Table(chunksLeft: chunks[$0], hasRows: begun.contains($0)) }
    hasRows = !begun.isEmpty
  }

  /// A chunk's first row is there.
  mutating func begin(_ chunk: SnapshotChunk) -> (isFirst: Bool, isFirstOfTable: Bool, released: [Released]) {
    defer {
      hasRows = true
      tables[chunk.table].hasRows = true
    }
    var released: [Released] = []
    if let last, last.chunk.table < chunk.table {
      released.append(Released(row: last, marker: Self.marker(last, isLastOfTable: true)))
      self.last = nil
    }
    if let held = tables[chunk.table].held, held.chunk.number < chunk.number {
      released.append(Released(row: held, marker: Self.marker(held)))
      tables[chunk.table].held = nil
    }
    return (!hasRows && chunk.table == 0, !tables[chunk.table].hasRows, released)
  }

  /// A chunk was read; `row` is its last, nil if it had none.
  mutating func end(_ chunk: SnapshotChunk, _ row: Row?) -> [Released] {
    var released: [Released] = []
    tables[chunk.table].chunksLeft -= 1
    if var row {
      if let held = tables[chunk.table].held {
        var other = held
        if other.chunk.number > row.chunk.number { swap(&other, &row) }
        released.append(Released(row: other, marker: Self.marker(other)))
      }
      tables[chunk.table].held = row
    }
    guard tables[chunk.table].chunksLeft == 0, var final = tables[chunk.table].held else { return released }
    tables[chunk.table].held = nil
    if let last {
      var other = last
      if other.chunk.table > final.chunk.table { swap(&other, &final) }
      released.append(Released(row: other, marker: Self.marker(other, isLastOfTable: true)))
    }
    last = final
    return released
  }

  /// No chunk is left.
  mutating func finish() -> Released? {
    defer { last = nil }
    return last.map { Released(row: $0, marker: .last) }
  }

  /// Of a row that is not the last one.
  static func marker(_ row: Row, isLastOfTable: Bool = false) -> SnapshotMarker {
    marker(isFirst: row.isFirst, isFirstOfTable: row.isFirstOfTable, isLastOfTable: isLastOfTable)
  }

  static func marker(isFirst: Bool, isFirstOfTable: Bool, isLastOfTable: Bool = false) -> SnapshotMarker {
    isFirst ? .first : isLastOfTable ? .lastInDataCollection : isFirstOfTable ? .firstInDataCollection : .yes
  }
}
