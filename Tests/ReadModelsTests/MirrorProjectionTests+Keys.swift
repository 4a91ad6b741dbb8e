import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

/// Rows whose keys change, and keys of several columns.
extension OnPostgres.MirrorProjectionTests {
  @Test func aChangedKeyTakesItsUnavailableValuesAlong() async throws {
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(3, "c", "long"))])
      // As Debezium sends it: delete, create with the header, at one LSN.
      let header = Header(name: "__debezium.oldkey", value: Array(#"{"id":3}"#.utf8))
      let moved = [
        customers("d", lsn: 20, before: row(3, "", nil)),
        customers("c", lsn: 20, after: row(30, "c", Self.unavailable), headers: [header]),
      ]
      try await bench.apply([moved[1]])
      try await bench.apply([moved[0]])
      #expect(try await bench.rows("SELECT * FROM shop.customers") == ["30|c|long"])
      // And wrapped in its schema, both in one batch, with the row's first version.
      let wrapped = Header(name: "__debezium.oldkey", value: Array(#"{"schema":{"type":"struct"},"payload":{"id":4}}"#.utf8))
      try await bench.apply([
        customers("c", lsn: 30, after: row(4, "d", "very long")), customers("d", lsn: 31, before: row(4, "", nil)),
        customers("c", lsn: 31, after: row(40, "d", Self.unavailable), headers: [wrapped]),
      ])
      #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["30|c|long", "40|d|very long"])
    }
  }

  /// One transaction moves rows around, also back; an image brings the large value only where it was written.
  @Test(arguments: [1, 2, 3, 20]) func chainsOfKeyChangesBringLargeValuesAlong(_ batchSize: Int) async throws {
    func moved(_ from: Int, _ to: Int, _ lsn: Int64) -> [ChangeRecord] {
      let header = Header(name: "__debezium.oldkey", value: Array(#"{"id":\#(from)}"#.utf8))
      return [
        customers("d", lsn: lsn, before: row(from, "", nil)),
        customers("c", lsn: lsn, after: row(to, "m\(lsn)", Self.unavailable), headers: [header]),
      ]
    }
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "one")), customers("c", lsn: 11, after: row(2, "b", "two"))])
      var changes = moved(1, -1, 20) + moved(-1, 1, 21)
      // Two rows change places.
      changes += moved(1, 9, 30) + moved(2, 1, 31) + moved(9, 2, 32)
      // A value that is written in between, then another move.
      changes += [customers("u", lsn: 40, after: row(1, "u", "new"))] + moved(1, 3, 41)
      changes += [customers("u", lsn: 42, after: row(3, "v", Self.unavailable))]
      for start in stride(from: 0, to: changes.count, by: batchSize) {
        try await bench.apply(Array(changes[start..<min(start + batchSize, changes.count)]))
      }
      #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["2|m32|one", "3|v|new"])
    }
  }

  @Test func aKeyChangedUnderAnotherRecordKeyIsOneUpdate() async throws {
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "long"))])
      try await bench.apply([
        customers("u", lsn: 20, after: row(2, "a", Self.unavailable), before: #"{"id":1,"email":"","bio":null}"#)
      ])
      #expect(try await bench.rows("SELECT * FROM shop.customers") == ["2|a|long"])
    }
  }

  @Test(arguments: [[0, 1], [1, 0]]) func deleteAndCreateOfOneLSNLeaveTheRow(_ order: [Int]) async throws {
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
      let moved = [customers("d", lsn: 20, before: row(1, "a", nil)), customers("c", lsn: 20, after: row(1, "b", nil))]
      for index in order { try await bench.apply([moved[index]]) }
      #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|b|-"])
      try await bench.connection.executeScript("DELETE FROM mirror_shop.customers")
      try await bench.apply(order.map { moved[$0] })
      #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|b|-"])
    }
  }

  @Test func compositeKeys() async throws {
    try await withBench { bench in
      let lines = Changes(table: "order_lines")
      func line(_ order: Int, _ number: Int, _ qty: Int) -> String { #"{"order_id":\#(order),"line_no":\#(number),"qty":\#(qty)}"# }
      try await bench.apply([
        lines("c", lsn: 1, after: line(1, 11, 2)), lines("c", lsn: 2, after: line(11, 1, 1)), lines("u", lsn: 3, after: line(11, 1, 3)),
        lines("d", lsn: 4, before: line(1, 11, 0)),
      ])
      #expect(try await bench.rows("SELECT * FROM shop.order_lines") == ["11|1|3"])
    }
  }
}
