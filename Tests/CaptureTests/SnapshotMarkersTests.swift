import ChangeEvents
import Testing

@testable import Capture

@Suite struct SnapshotMarkersTests {
  private func chunk(_ number: Int, of table: Int) -> SnapshotChunk { SnapshotChunk(number: number, table: table, index: 0, pages: nil) }

  private func row(_ chunk: SnapshotChunk, _ begun: (isFirst: Bool, isFirstOfTable: Bool)) -> SnapshotMarkers.Row {
    .init(bytes: [UInt8(chunk.number)], chunk: chunk, isFirst: begun.isFirst, isFirstOfTable: begun.isFirstOfTable)
  }

  /// One thread: chunks one after the other, each with a single row.
  @Test func inOrderRowsComeInOrder() {
    var markers = SnapshotMarkers(chunks: [2, 1, 1])
    var seen: [(Int, SnapshotMarker)] = []
    for chunk in [chunk(0, of: 0), chunk(1, of: 0), chunk(2, of: 1), chunk(3, of: 2)] {
      let begun = markers.begin(chunk)
      seen += begun.released.map { ($0.row.chunk.number, $0.marker) }
      // The second table has no rows.
      if chunk.table == 1 {
        seen += markers.end(chunk, nil).map { ($0.row.chunk.number, $0.marker) }
      } else {
        seen += markers.end(chunk, row(chunk, (begun.isFirst, begun.isFirstOfTable))).map { ($0.row.chunk.number, $0.marker) }
      }
    }
    if let last = markers.finish() { seen.append((last.row.chunk.number, last.marker)) }
    #expect(seen.map(\.0) == [0, 1, 3])
    #expect(seen.map(\.1) == [.first, .lastInDataCollection, .last])
  }

  /// Rows of each table, in order, and the markers that Debezium 3.6.3 gave them.
  @Test(arguments: [
    ([0, 1, 1, 2, 0], ["last_in_data_collection", "last_in_data_collection", "first_in_data_collection", "last"]),
    ([0, 3, 1], ["first_in_data_collection", "true", "last_in_data_collection", "last"]),
    ([0, 2, 0], ["first_in_data_collection", "last"]),
    ([1, 0, 0], ["last"]),
    ([0, 1], ["last"]),
    ([1, 1], ["first", "last"]),
    ([3], ["first", "true", "last"]),
    ([2, 0, 2], ["first", "last_in_data_collection", "first_in_data_collection", "last"]),
    ([0, 0], []),
  ])
  func firstIsTheFirstTablesAlone(_ rows: [Int], _ expected: [String]) {
    var markers = SnapshotMarkers(chunks: rows.map { _ in 1 })
    var seen: [SnapshotMarker] = []
    for (table, count) in rows.enumerated() {
      let chunk = chunk(table, of: table)
      var last: SnapshotMarkers.Row?
      if count > 0 {
        let begun = markers.begin(chunk)
        seen += begun.released.map(\.marker)
        for number in 0..<count {
          let row = row(chunk, number == 0 ? (begun.isFirst, begun.isFirstOfTable) : (false, false))
          if number == count - 1 { last = row } else { seen.append(SnapshotMarkers.marker(row)) }
        }
      }
      seen += markers.end(chunk, last).map(\.marker)
    }
    if let last = markers.finish() { seen.append(last.marker) }
    #expect(seen.map { $0.rawValue } == expected)
  }

  @Test func outOfOrderTheLastRowsStillComeLast() {
    var markers = SnapshotMarkers(chunks: [2, 1])
    let (a, b, c) = (chunk(0, of: 0), chunk(1, of: 0), chunk(2, of: 1))
    let first = markers.begin(a)
    #expect(first.isFirst && first.isFirstOfTable)
    let second = markers.begin(c)
    #expect(!second.isFirst && second.isFirstOfTable)
    let third = markers.begin(b)
    #expect(!third.isFirst && !third.isFirstOfTable)
    // The second table is complete first, then the first table's last chunk, then its first one.
    #expect(markers.end(c, row(c, (false, false))).isEmpty)
    #expect(markers.end(b, row(b, (false, false))).isEmpty)
    let released = markers.end(a, row(a, (false, false)))
    #expect(released.map(\.row.chunk.number) == [0, 1])
    #expect(released.map(\.marker) == [.yes, .lastInDataCollection])
    let last = markers.finish()
    #expect(last?.row.chunk == c && last?.marker == .last)
  }

  @Test func whatAnEarlierAttemptBeganIsNotFirstAgain() {
    var markers = SnapshotMarkers(chunks: [1, 1], begun: [0])
    let first = markers.begin(chunk(0, of: 0))
    #expect(!first.isFirst && !first.isFirstOfTable)
    #expect(markers.begin(chunk(1, of: 1)).isFirstOfTable)
  }
}
