import Testing

@testable import ReadModels

@Suite struct RowVersionTests {
  static let streamed = RowVersion(lsn: 100, after: 90, isDelete: false)
  static let snapshot = RowVersion(lsn: 200, after: nil, isDelete: false)

  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let new: RowVersion
    let stored: RowVersion
    let wins: Bool

    init(_ description: String, _ new: RowVersion, over stored: RowVersion, _ wins: Bool) {
      self.description = description
      self.new = new
      self.stored = stored
      self.wins = wins
    }
  }

  static let cases: [Case] = [
    Case("newer", RowVersion(lsn: 101, after: 90, isDelete: false), over: streamed, true),
    Case("same again", streamed, over: streamed, false),
    Case("older", RowVersion(lsn: 99, after: 90, isDelete: false), over: streamed, false),
    Case("delete of the same LSN after the create", RowVersion(lsn: 100, after: 90, isDelete: true), over: streamed, false),
    Case("create of the same LSN after the delete", streamed, over: RowVersion(lsn: 100, after: 90, isDelete: true), true),
    Case(
      "late update after a delete", RowVersion(lsn: 99, after: 90, isDelete: false), over: RowVersion(lsn: 100, after: 90, isDelete: true),
      false),
    Case(
      "same delete again", RowVersion(lsn: 100, after: 90, isDelete: true), over: RowVersion(lsn: 100, after: 90, isDelete: true), false),
    Case("snapshot again", snapshot, over: snapshot, false),
    Case("a later snapshot", RowVersion(lsn: 300, after: nil, isDelete: false), over: snapshot, true),
    Case("a later snapshot over a change", RowVersion(lsn: 300, after: nil, isDelete: false), over: streamed, true),
    Case("a snapshot over a later change", snapshot, over: RowVersion(lsn: 201, after: 190, isDelete: false), false),
    Case("a change at the snapshot's LSN", RowVersion(lsn: 200, after: 190, isDelete: false), over: snapshot, true),
    Case("a snapshot over a change at its LSN", snapshot, over: RowVersion(lsn: 200, after: 190, isDelete: false), false),
    Case("a change that the snapshot holds", streamed, over: snapshot, false),
    Case("a change of a transaction that ran at the snapshot", RowVersion(lsn: 150, after: 210, isDelete: false), over: snapshot, true),
    Case("the first transaction after the snapshot", RowVersion(lsn: 150, after: -1, isDelete: false), over: snapshot, true),
    Case("a snapshot over such a change", snapshot, over: RowVersion(lsn: 150, after: 200, isDelete: false), false),
    Case("a change over a row read nobody knows where", streamed, over: RowVersion(lsn: 0, after: nil, isDelete: false), true),
    Case("a row read nobody knows where over a change", RowVersion(lsn: 0, after: nil, isDelete: false), over: streamed, false),
    // An incremental snapshot whose rows were sent when the stream was at 200: behind the commit at 200, before the next one.
    Case("a row read again over a change before it", snapshot, over: RowVersion(lsn: 199, after: 150, isDelete: false), true),
    Case("a row read again over a delete before it", snapshot, over: RowVersion(lsn: 199, after: 150, isDelete: true), true),
    Case("a row read again over the delete that followed it", snapshot, over: RowVersion(lsn: 250, after: 200, isDelete: true), false),
    Case("a delete after the reading", RowVersion(lsn: 250, after: 200, isDelete: true), over: snapshot, true),
    Case("a delete that ran at the reading", RowVersion(lsn: 150, after: 200, isDelete: true), over: snapshot, true),
    Case("a change before the reading that comes again", RowVersion(lsn: 199, after: 150, isDelete: false), over: snapshot, false),
    Case("a row read again over one of the initial snapshot", snapshot, over: RowVersion(lsn: 50, after: nil, isDelete: false), true),
    Case("a row read earlier over one read again", RowVersion(lsn: 50, after: nil, isDelete: false), over: snapshot, false),
    Case("a row read nobody knows where over one read again", RowVersion(lsn: 0, after: nil, isDelete: false), over: snapshot, false),
  ]

  /// The version of a row of an incremental snapshot is the stream's position, which stands in `source.sequence` alone.
  @Test func aRowOfAnIncrementalSnapshotCountsAsReadAtTheStreamsPosition() throws {
    let changes = Changes(table: "t")
    let known = try #require(changes.reread(at: 200, #"{"id":1}"#).envelope)
    #expect(known.source.lsn == nil)
    #expect(RowVersion(known) == Self.snapshot)
    let unknown = try #require(changes.reread(at: nil, #"{"id":1}"#).envelope)
    #expect(RowVersion(unknown) == RowVersion(lsn: 0, after: nil, isDelete: false))
  }

  @Test(arguments: cases) func decides(_ example: Case) {
    #expect(example.new.supersedes(example.stored) == example.wins)
  }

  @Test func firstTransactionRemembersItsSnapshot() {
    let written = RowVersion(lsn: 150, after: -1, isDelete: false).written(over: Self.snapshot)
    #expect(written.after == 200)
    #expect(!Self.snapshot.supersedes(written))
  }
}

extension OnPostgres {
  @Suite struct RowVersionStatementTests {
    /// The guard in SQL and the one in memory say the same.
    @Test(arguments: [false, true]) func theStatementDecidesAlike(_ readsAreIncremental: Bool) async throws {
      try await ReadModelBench.with(ddl: "CREATE TABLE t (id int PRIMARY KEY, v text)", tables: ["t"]) { bench in
        let changes = Changes(table: "t")
        for example in RowVersionTests.cases {
          try await bench.connection.executeScript("TRUNCATE mirror_shop.t")
          for (version, value) in [(example.stored, "stored"), (example.new, "new")] {
            let row = #"{"id":1,"v":"\#(value)"}"#
            let record =
              switch version.after {
              case nil where readsAreIncremental: changes.reread(at: version.lsn == 0 ? nil : version.lsn, row)
              case nil: changes.read(lsn: version.lsn, row)
              case let after?:
                changes(
                  version.isDelete ? "d" : "u", lsn: version.lsn, after: version.isDelete ? nil : row, before: version.isDelete ? row : nil,
                  lastCommit: after == -1 ? nil : after)
              }
            try await bench.apply([record])
          }
          let found = try await bench.row("SELECT _lsn, _deleted_at IS NOT NULL, v FROM mirror_shop.t")
          let winner = example.wins ? example.new : example.stored
          #expect(found?.hasPrefix("\(winner.lsn)|\(winner.isDelete ? "t" : "f")") == true, "\(example): \(found ?? "no row")")
          if !example.new.isDelete, !example.stored.isDelete {
            #expect(found?.hasSuffix(example.wins ? "new" : "stored") == true, "\(example): \(found ?? "no row")")
          }
        }
      }
    }
  }
}
