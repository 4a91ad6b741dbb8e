import Kafka
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  @Suite struct MirrorProjectionTests {
    static let ddl = """
      CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, bio text);
      CREATE TABLE order_lines (order_id integer, line_no integer, qty integer, PRIMARY KEY (order_id, line_no));
      CREATE TABLE audit_log (at timestamptz, what text);
      """
    static let tables = ["customers", "order_lines", "public.audit_log"]
    static let unavailable = "__debezium_unavailable_value"
    let customers = Changes(table: "customers")

    func withBench(_ body: (ReadModelBench) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: Self.tables, body)
    }

    func row(_ id: Int, _ email: String, _ bio: String?) -> String {
      #"{"id":\#(id),"email":"\#(email)","bio":\#(bio.map { "\"\($0)\"" } ?? "null")}"#
    }

    @Test func followsInsertUpdateAndDelete() async throws {
      try await withBench { bench in
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "x")), customers("c", lsn: 11, after: row(2, "b \\\" ,{}", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["1|a|x", "2|b \" ,{}|-"])
        try await bench.apply([customers("u", lsn: 20, after: row(1, "a2", "x")), customers("d", lsn: 21, before: row(2, "", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|a2|x"])
        #expect(
          try await bench.rows("SELECT id, email, _lsn, _deleted_at IS NOT NULL FROM mirror_shop.customers ORDER BY id")
            == ["1|a2|20|f", "2|b \" ,{}|21|t"], "a tombstone keeps the row's last values")
        #expect(
          try await bench.row("SELECT extract(epoch FROM _ts)::bigint FROM mirror_shop.customers WHERE id = 1") == "1700000000")
      }
    }

    /// All that is wrong with a batch is said at once, and the plan writes the others; where a row's change before the bad one has to be
    /// written in its place, the batch is planned anew.
    @Test func aPlanNamesEveryRecordAtFault() async throws {
      try await withBench { bench in
        let bad = row(4, "a", nil).replacing(#""a""#, with: "17")
        let good = [customers("c", lsn: 10, after: row(1, "a", nil)), customers("c", lsn: 14, after: row(5, "e", nil))]
        let batch = [
          good[0], customers("c", lsn: 11, after: #"{"id":"x","email":"b","bio":null}"#), customers("c", lsn: 12, after: bad),
          customers("c", lsn: 13, after: #"{"id":6,"email":"f","bio":5}"#), good[1],
        ]
        let plan = try #require(bench.mirror.plan(batch))
        #expect(plan.failures.map(\.index).sorted() == [1, 2, 3])
        let work = try #require(plan.work)
        try await bench.connection.transaction { try await work($0) }
        #expect(try await bench.rows("SELECT id, email FROM shop.customers ORDER BY id") == ["1|a", "5|e"])
        // The change before the bad one is the row's newest then.
        let followed = [customers("c", lsn: 20, after: row(4, "d", nil)), customers("u", lsn: 21, after: bad)]
        let second = try #require(bench.mirror.plan(followed))
        #expect(second.failures.map(\.index) == [1])
        #expect(second.work == nil)
      }
    }

    @Test func redeliveryIsANoOp() async throws {
      try await withBench { bench in
        let batch = [
          customers("c", lsn: 10, after: row(1, "a", "x")), customers("u", lsn: 11, after: row(1, "b", "y")),
          customers("c", lsn: 12, after: row(2, "c", nil)), customers("d", lsn: 13, before: row(2, "", nil)),
        ]
        try await bench.apply(batch)
        let before = try await bench.rows("SELECT *, xmin FROM mirror_shop.customers ORDER BY id")
        for _ in 0..<2 { try await bench.apply(batch) }
        for record in batch { try await bench.apply([record]) }
        #expect(try await bench.rows("SELECT *, xmin FROM mirror_shop.customers ORDER BY id") == before, "not even rewritten")
        #expect(before.count == 2)
      }
    }

    @Test func everyOrderEndsAlike() async throws {
      try await withBench { bench in
        let batch = [
          customers("c", lsn: 10, after: row(1, "a", nil)), customers("u", lsn: 11, after: row(1, "b", nil)),
          customers("d", lsn: 12, before: row(1, "", nil)), customers("c", lsn: 13, after: row(1, "c", nil)),
        ]
        for order in [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2], [2, 0, 3, 1]] {
          try await bench.connection.executeScript("TRUNCATE mirror_shop.customers")
          for index in order { try await bench.apply([batch[index]]) }
          #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|c|-"])
          try await bench.connection.executeScript("TRUNCATE mirror_shop.customers")
          try await bench.apply(order.map { batch[$0] })
          #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|c|-"])
        }
      }
    }

    @Test func aLateEventDoesNotResurrect() async throws {
      try await withBench { bench in
        try await bench.apply([customers("d", lsn: 20, before: #"{"id":1,"email":"","bio":null}"#)])
        #expect(try await bench.rows("SELECT id, email, bio, _lsn FROM mirror_shop.customers") == ["1|-|-|20"])
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "x")), customers("u", lsn: 11, after: row(1, "b", "x"))])
        #expect(try await bench.rows("SELECT * FROM shop.customers").isEmpty)
        try await bench.apply([customers("c", lsn: 30, after: row(1, "again", nil))])
        #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|again|-"])
      }
    }

    @Test func anUnavailableValueKeepsTheColumn() async throws {
      try await withBench { bench in
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", "long")), customers("c", lsn: 11, after: row(2, "b", "longer"))])
        // From the stored row, from the row before it in the batch, and from both in one statement's batch.
        try await bench.apply([
          customers("u", lsn: 20, after: row(1, "a2", Self.unavailable)),
          customers("u", lsn: 21, after: row(2, "b2", "new")), customers("u", lsn: 22, after: row(2, "b3", Self.unavailable)),
          customers("c", lsn: 23, after: row(3, "c", "third")), customers("u", lsn: 24, after: row(3, "c2", Self.unavailable)),
          customers("u", lsn: 25, after: row(3, "c3", Self.unavailable)),
        ])
        #expect(try await bench.rows("SELECT * FROM shop.customers ORDER BY id") == ["1|a2|long", "2|b3|new", "3|c3|third"])
        try await bench.apply([
          customers("u", lsn: 30, after: row(3, "c4", Self.unavailable)), customers("d", lsn: 31, before: row(3, "", nil)),
        ])
        #expect(try await bench.row("SELECT email, bio, _deleted_at IS NOT NULL FROM mirror_shop.customers WHERE id = 3") == "c4|third|t")
      }
    }

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
          var generator = Seeded(state: UInt64(seed))
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

    @Test func anIncrementalSnapshotOfATableWithoutKeyIsRefused() async throws {
      try await withBench { bench in
        let failure = await #expect(throws: RecordFailure.self) {
          try await bench.apply([Changes(table: "audit_log").reread(at: 10, #"{"at":null,"what":"a"}"#)])
        }
        #expect(failure?.reason.contains("type blocking") == true)
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
          var generator = Seeded(state: UInt64(seed))
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

    @Test func aValueThatDoesNotFitNamesItsRecord() async throws {
      try await withBench { bench in
        let records = [
          customers("c", lsn: 1, after: row(1, "a", nil)), customers("c", lsn: 2, after: #"{"id":"one","email":"b","bio":null}"#),
        ]
        let failure = await #expect(throws: RecordFailure.self) { try await bench.apply(records) }
        #expect(failure?.index == 1)
        #expect(failure?.reason.contains("\"one\"") == false, "a reason holds no values")
      }
    }

    @Test(arguments: [
      (#"{"email":"b","bio":null}"#, "does not carry the key column id"),
      (#"{"id":null,"email":"b","bio":null}"#, "has NULL in the key column id"),
      (#"{"id":1,"email":"b","bio":null,"phone":"1"}"#, "column phone of public.customers is not in the mirror"),
    ])
    func whatCannotBeFollowedIsRefused(_ after: String, _ reason: String) async throws {
      try await withBench { bench in
        let records = [customers("c", lsn: 1, after: row(1, "a", nil)), customers("c", lsn: 2, after: after)]
        let failure = await #expect(throws: RecordFailure.self) { try await bench.apply(records) }
        #expect(failure?.index == 1)
        #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "")")
      }
    }

    @Test func acceptsWhatIsMirroredAndTombstones() async throws {
      try await withBench { bench in
        #expect(bench.mirror.accepts(customers("c", lsn: 1, after: row(1, "a", nil))))
        #expect(!bench.mirror.accepts(Changes(table: "strangers")("c", lsn: 1, after: "{}")))
        #expect(!bench.mirror.accepts(Changes(schema: "other", table: "customers")("c", lsn: 1, after: "{}")))
        #expect(!bench.mirror.accepts(Changes(topicPrefix: "elsewhere", table: "customers")("c", lsn: 1, after: "{}")))
        #expect(bench.mirror.accepts(ChangeRecord(parsing: ConsumerRecord(topic: "t", partition: 0, offset: 0))))
        let event = ConsumerRecord(topic: "t", partition: 0, offset: 0, value: Array(#"{"orderId":1}"#.utf8))
        #expect(!bench.mirror.accepts(ChangeRecord(parsing: event)))
      }
    }

    @Test func positionsMoveWithTheBatchAndOnlyForward() async throws {
      try await withBench { bench in
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
        try await bench.apply([customers("u", lsn: 20, after: row(1, "b", nil))])
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
        #expect(
          try await bench.rows("SELECT handler, topic, partition, lsn FROM public.sluice_applied_positions")
            == ["mirror.shop|shop.public.customers|0|20"])
      }
    }

    @Test func preparingAgainFollowsNewColumnsAndRefusesOthers() async throws {
      try await withBench { bench in
        try await bench.mirror.prepare(bench.connection)
        try await bench.apply([customers("c", lsn: 10, after: row(1, "a", nil))])
        try await bench.connection.executeScript("ALTER TABLE customers ADD COLUMN phone text")
        let namespace = MirrorNamespace(topicPrefix: "shop")
        let wider = try await MirrorCatalog.load(from: bench.connection, tables: Self.tables, namespace: namespace).mirrors()
        let projection = MirrorProjection(wider, logger: ReadModelBench.logger)
        try await projection.prepare(bench.connection)
        try await projection.apply([customers("u", lsn: 11, after: #"{"id":1,"email":"a","bio":null,"phone":"1"}"#)], in: bench.connection)
        #expect(try await bench.rows("SELECT * FROM shop.customers") == ["1|a|-|1"])
        try await bench.connection.executeScript("ALTER TABLE customers ALTER COLUMN phone TYPE varchar(9)")
        let other = try await MirrorCatalog.load(from: bench.connection, tables: ["customers"], namespace: namespace).mirrors()
        let error = await #expect(throws: MirrorError.self) {
          try await MirrorProjection(other, logger: ReadModelBench.logger).prepare(bench.connection)
        }
        #expect(error?.code == .incompatibleMirror)
      }
    }

    @Test func oldMarksArePrunedInBoundedSteps() async throws {
      try await withBench { bench in
        try await bench.apply((1...5).map { customers("d", lsn: Int64($0), before: row($0, "", nil)) })
        try await bench.apply([customers("c", lsn: 10, after: row(9, "a", nil))])
        try await bench.connection.executeScript("UPDATE mirror_shop.customers SET _deleted_at = now() - interval '2 days' WHERE id < 5")
        let tombstones = MirrorTombstones(retention: .seconds(86_400), stepSize: 3)
        #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 3)
        #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 1)
        #expect(try await tombstones.prune(mirrors: bench.mirrors, on: bench.connection) == 0)
        #expect(try await bench.rows("SELECT id FROM mirror_shop.customers ORDER BY id") == ["5", "9"])
      }
    }

    @Test func thePrunerGoesOnUntilItIsCancelled() async throws {
      try await withBench { bench in
        try await bench.apply((1...7).map { customers("d", lsn: Int64($0), before: row($0, "", nil)) })
        try await bench.connection.executeScript("UPDATE mirror_shop.customers SET _deleted_at = now() - interval '2 days'")
        let pool = Pool(configuration: bench.configuration, maxConnections: 1, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
        let pruner = TombstonePruner(
          MirrorTombstones(retention: .seconds(86_400), stepSize: 3), mirrors: bench.mirrors, interval: .seconds(3600), pool: pool,
          logger: ReadModelBench.logger)
        let running = Task { await pruner.run() }
        try await eventually(within: .seconds(10), "three rounds without a pause") {
          try await bench.rows("SELECT id FROM mirror_shop.customers").isEmpty
        }
        running.cancel()
        await running.value
        await pool.close()
      }
    }
  }
}

/// Shuffles alike on every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
