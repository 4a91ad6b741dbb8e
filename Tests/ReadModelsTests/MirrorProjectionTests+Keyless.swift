import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

/// Tables without a primary key.
extension OnPostgres.MirrorProjectionTests {
  @Test func anIncrementalSnapshotOfATableWithoutKeyIsRefused() async throws {
    try await withBench { bench in
      let failure = await #expect(throws: RecordFailure.self) {
        try await bench.apply([Changes(table: "audit_log").reread(at: 10, #"{"at":null,"what":"a"}"#)])
      }
      #expect(failure?.reason.contains("type blocking") == true)
    }
  }

  /// The second snapshot (30) was taken because the first one (10) was interrupted; the slot has kept what happened between the two.
  @Test func aLaterSnapshotTakesThePlaceOfAnEarlierOneWithoutAKey() async throws {
    func entry(_ what: String) -> String { #"{"at":null,"what":"\#(what)"}"# }
    try await withBench { bench in
      let log = Changes(table: "audit_log")
      let changes = [
        log.read(lsn: 10, entry("a")), log.read(lsn: 30, entry("a")), log.read(lsn: 30, entry("b")), log.read(lsn: 30, entry("c")),
        // Committed before the second snapshot: these are in it. The last one was made before it and committed after it.
        log("c", lsn: 15, after: entry("b"), lastCommit: 10), log("c", lsn: 25, after: entry("c"), lastCommit: 20),
        log("c", lsn: 28, after: entry("d"), lastCommit: 30), log("c", lsn: 40, after: entry("a"), lastCommit: 30),
      ]
      for seed in 0..<20 {
        try await bench.connection.executeScript(
          "TRUNCATE mirror_shop.audit_log; UPDATE mirror_shop._mirrors SET snapshot_lsn = -1")
        var generator = SeededRandom(seed: UInt64(seed))
        for change in seed == 0 ? changes : changes.shuffled(using: &generator) { try await bench.apply([change]) }
        try await bench.apply(changes)
        #expect(try await bench.rows("SELECT what FROM shop.audit_log ORDER BY 1") == ["a", "a", "b", "c", "d"], "order \(seed)")
      }
    }
  }

  @Test func aTableWithoutKeyIsALog() async throws {
    try await withBench { bench in
      let log = Changes(table: "audit_log")
      func entry(_ what: String?) -> String { #"{"at":"2024-01-01T00:00:00.000000Z","what":\#(what.map { "\"\($0)\"" } ?? "null")}"# }
      let batch = [
        log.read(lsn: 5, entry("snapshot")), log("c", lsn: 10, after: entry("a")), log("c", lsn: 10, after: entry("b")),
        log("c", lsn: 11, after: entry("a")), log("c", lsn: 12, after: entry(nil)), log("c", lsn: 12, after: entry("")),
        log("c", lsn: 13, after: entry("same"), order: 1), log("c", lsn: 13, after: entry("same"), order: 2),
      ]
      for _ in 0..<2 { try await bench.apply(batch) }
      for record in batch { try await bench.apply([record]) }
      #expect(
        try await bench.rows("SELECT what FROM shop.audit_log ORDER BY 1 NULLS FIRST")
          == ["-", "", "a", "a", "b", "same", "same", "snapshot"])
    }
  }

  @Test(arguments: ["u", "d"]) func updatesOfATableWithoutKeyAreRefused(_ op: String) async throws {
    try await withBench { bench in
      let log = Changes(table: "audit_log")
      let good = log("c", lsn: 1, after: #"{"at":null,"what":"a"}"#)
      let bad = log(op, lsn: 2, after: op == "u" ? #"{"at":null,"what":"b"}"# : nil, before: #"{"at":null,"what":"a"}"#)
      let failure = await #expect(throws: RecordFailure.self) { try await bench.apply([good, bad]) }
      #expect(failure?.index == 1)
      #expect(failure?.reason.contains("public.audit_log has no primary key") == true)
    }
  }
}
