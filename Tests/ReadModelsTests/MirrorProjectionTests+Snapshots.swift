import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

/// Snapshots and truncations beside changes.
extension OnPostgres.MirrorProjectionTests {
  @Test func aTransactionThatRanAtTheSnapshotIsNotLost() async throws {
    try await withBench { bench in
      try await bench.apply([customers.read(lsn: 200, row(1, "old", nil)), customers.read(lsn: 200, row(2, "old", nil))])
      try await bench.apply([customers("u", lsn: 150, after: row(1, "new", nil), lastCommit: nil)])
      try await bench.apply([customers("u", lsn: 160, after: row(2, "new", nil), lastCommit: 205)])
      #expect(try await bench.rows("SELECT id, email FROM shop.customers ORDER BY id") == ["1|new", "2|new"])
      try await bench.apply([customers.read(lsn: 200, row(1, "old", nil)), customers.read(lsn: 200, row(2, "old", nil))])
      #expect(try await bench.rows("SELECT id, email FROM shop.customers ORDER BY id") == ["1|new", "2|new"])
      try await bench.apply([customers.read(lsn: 500, row(1, "later", nil))])
      #expect(try await bench.row("SELECT email FROM shop.customers WHERE id = 1") == "later")
    }
  }

  /// A mirror whose rows were lost or damaged is mended by reading the table again, while changes go on, in any order of arrival.
  @Test func anIncrementalSnapshotMendsWhatIsWrongAndMissing() async throws {
    try await withBench { bench in
      try await bench.apply((1...3).map { customers("c", lsn: Int64(10 + $0), after: row($0, "right", "x")) })
      let reread = (1...4).map { customers.reread(at: 100, row($0, "right", "x")) }
      // Behind the reading: a change, a delete, and a change of a transaction that ran at the reading.
      let later = [
        customers("u", lsn: 110, after: row(1, "newer", "x"), lastCommit: 100),
        customers("d", lsn: 111, before: row(2, "", nil), lastCommit: 100),
        customers("u", lsn: 60, after: row(4, "ran", "x"), lastCommit: 105),
      ]
      for seed in 0..<10 {
        try await bench.connection.executeScript(
          "DELETE FROM mirror_shop.customers WHERE id = 4; UPDATE mirror_shop.customers SET email = 'wrong', _lsn = 11, _after = 1, _deleted_at = NULL"
        )
        var generator = SeededRandom(seed: UInt64(seed))
        let order = seed == 0 ? reread + later : (reread + later).shuffled(using: &generator)
        for change in order { try await bench.apply([change]) }
        try await bench.apply(reread)
        #expect(
          try await bench.rows("SELECT id, email FROM shop.customers ORDER BY id") == ["1|newer", "3|right", "4|ran"], "order \(seed)")
      }
      try await bench.apply([customers.reread(at: nil, row(3, "unknown", "x")), customers.reread(at: nil, row(9, "new", "x"))])
      #expect(try await bench.rows("SELECT id, email FROM shop.customers WHERE id IN (3, 9) ORDER BY id") == ["3|right", "9|new"])
    }
  }

  @Test func aTruncationDeletesWhatIsOlderAlsoWhenItArrivesLater() async throws {
    try await withBench { bench in
      try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil)), customers("c", lsn: 30, after: row(2, "b", nil))])
      try await bench.apply([customers("t", lsn: 20)])
      #expect(try await bench.rows("SELECT id FROM shop.customers") == ["2"])
      try await bench.apply([customers("c", lsn: 15, after: row(3, "late", nil)), customers("c", lsn: 21, after: row(4, "new", nil))])
      #expect(try await bench.rows("SELECT id FROM shop.customers ORDER BY id") == ["2", "4"])
      try await bench.apply([customers("t", lsn: 20)])
      #expect(try await bench.rows("SELECT id FROM shop.customers ORDER BY id") == ["2", "4"])
    }
  }

  @Test(arguments: [false, true]) func aTruncationAndOlderRowsAtTheSameTime(_ truncationFirst: Bool) async throws {
    try await withBench { bench in
      let rows = [customers("c", lsn: 15, after: row(3, "older", nil)), customers("c", lsn: 25, after: row(4, "newer", nil))]
      let truncation = [customers("t", lsn: 20)]
      try await bench.overlapping(truncationFirst ? truncation : rows, truncationFirst ? rows : truncation)
      #expect(try await bench.rows("SELECT id FROM shop.customers") == ["4"])
    }
  }
}
