import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// Tables of the source that change while the syncer runs: the projection is never prepared again.
  @Suite struct MirrorEvolutionTests {
    static let ddl = """
      CREATE TABLE things (id integer PRIMARY KEY, name varchar(7), amount numeric(10,2), at timestamp(3));
      CREATE TABLE notes (what varchar(5));
      """
    let things = Changes(table: "things")

    func withBench(_ body: (ReadModelBench, MirrorProjection, MirrorEvolution) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: ["things", "notes"]) { bench in
        let configuration = bench.configuration
        let pool = Pool(configuration: configuration, maxConnections: 2, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
        let evolution = MirrorEvolution(bench.mirrors, pool: pool, logger: ReadModelBench.logger) {
          let source = try await Connection.connect(configuration, logger: ReadModelBench.logger)
          let catalog = try await MirrorCatalog.load(
            from: source, tables: ["things", "notes"], namespace: MirrorNamespace(topicPrefix: "shop"))
          await source.close()
          return catalog
        }
        let projection = MirrorProjection(bench.mirrors, evolution: evolution, logger: ReadModelBench.logger)
        try await body(bench, projection, evolution)
        await pool.close()
      }
    }

    /// As the syncer does it: a failure that passes by itself is tried again.
    func apply(_ records: [ChangeRecord], _ projection: MirrorProjection, _ bench: ReadModelBench, planned: Bool = false) async throws {
      let plan = planned ? projection.plan(records)?.work : nil
      for attempt in 1...3 {
        do {
          return try await bench.connection.transaction { transaction in
            if let plan { try await plan(transaction) } else { try await projection.apply(records, in: transaction) }
          }
        } catch let error as ReadModelOutdated where attempt < 3 {
          #expect(FailureClassifier.classify(error).failureClass == .transient)
        }
      }
    }

    @Test func anAddedColumnIsFollowedWithTheValueThatOldRowsHave() async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        try await apply([things("c", lsn: 1, after: #"{"id":1,"name":"a","amount":null,"at":null}"#)], projection, bench)
        try await bench.connection.executeScript(
          "CREATE VIEW public.mine AS SELECT id FROM shop.things; ALTER TABLE things ADD COLUMN state text NOT NULL DEFAULT 'it''s new'"
        )
        try await apply(
          [
            things("c", lsn: 2, after: #"{"id":2,"name":"b","amount":null,"at":null}"#),
            things("c", lsn: 3, after: #"{"id":3,"name":"c","amount":null,"at":null,"state":"s"}"#),
          ], projection, bench)
        #expect(
          try await bench.rows("SELECT id, name, state FROM shop.things ORDER BY id")
            == ["1|a|it's new", "2|b|-", "3|c|s"])
        #expect(try await bench.rows("SELECT * FROM public.mine ORDER BY 1") == ["1", "2", "3"], "what others built on the view stays")
      }
    }

    @Test(arguments: [false, true]) func widenedTypesAreFollowed(_ planned: Bool) async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        try await apply([things("c", lsn: 1, after: #"{"id":1,"name":"a","amount":"AQA=","at":1700000000000}"#)], projection, bench)
        try await bench.connection.executeScript(
          "ALTER TABLE things ALTER COLUMN name TYPE text, ALTER COLUMN amount TYPE numeric(14,2), ALTER COLUMN id TYPE bigint")
        try await apply(
          [things("c", lsn: 2, after: #"{"id":5000000000,"name":"longer than seven","amount":"AQA=","at":null}"#)], projection, bench,
          planned: planned)
        #expect(
          try await bench.rows("SELECT id, name, amount FROM shop.things ORDER BY id")
            == ["1|a|2.56", "5000000000|longer than seven|2.56"])
      }
    }

    @Test func aValueThatIsTooLongIsNeverCut() async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        await #expect(throws: RecordFailure.self) {
          try await apply([things("c", lsn: 2, after: #"{"id":1,"name":"longer than seven","amount":null,"at":null}"#)], projection, bench)
        }
        // Nor by the statement itself, whoever makes it.
        let definition = try #require(bench.mirrors.definition(table: "things"))
        var rows = MirrorRowSet(columns: [0, 1], of: definition, reservingRows: 1)
        for (position, text) in ["1", "longer than seven"].enumerated() {
          #expect(Array(text.utf8).withUnsafeBytes { rows.values[position].append(text: $0) })
        }
        rows.appendVersion(RowVersion(lsn: 2, after: 1, isDelete: false), committedAt: 0)
        let statement = MirrorTableStore(definition: definition).upsert(rows)
        let error = await #expect(throws: PostgresError.self) { _ = try await bench.connection.query(statement) }
        #expect(error?.sqlState?.rawValue == "22001")
        #expect(try await bench.rows("SELECT * FROM mirror_shop.things").isEmpty)
      }
    }

    @Test func droppedAndRenamedColumnsAreKeptAndNoLongerShown() async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        try await apply([things("c", lsn: 1, after: #"{"id":1,"name":"a","amount":null,"at":null}"#)], projection, bench)
        try await bench.connection.executeScript("ALTER TABLE things DROP COLUMN at; ALTER TABLE things RENAME COLUMN name TO title")
        try await apply([things("c", lsn: 2, after: #"{"id":2,"title":"b","amount":null}"#)], projection, bench)
        #expect(try await bench.rows("SELECT * FROM shop.things ORDER BY id") == ["1|-|-", "2|b|-"])
        #expect(try await bench.rows("SELECT id, name, title FROM mirror_shop.things ORDER BY id") == ["1|a|-", "2|-|b"])
        // A record of before the change, from another partition: what the source has no column for is left out.
        try await apply([things("c", lsn: 1, after: #"{"id":3,"name":"c","amount":null,"at":null}"#)], projection, bench)
        #expect(try await bench.rows("SELECT id, title FROM shop.things ORDER BY id") == ["1|-", "2|b", "3|-"])
      }
    }

    @Test func whatCannotBeFollowedFailsWithWhatToDo() async throws {
      try await withBench { (bench, projection, evolution) async throws -> Void in
        let record = things("c", lsn: 2, after: #"{"id":1,"name":"a","amount":"AQA=","at":1700000000000}"#)
        try await apply([record], projection, bench)
        // The same digits mean another number from now on.
        try await bench.connection.executeScript("ALTER TABLE things ALTER COLUMN amount TYPE numeric(12,4), ADD COLUMN extra text")
        do {
          let failure = await #expect(throws: RecordFailure.self) {
            try await apply(
              [record, things("u", lsn: 3, after: #"{"id":1,"name":"a","amount":"AQA=","at":null,"extra":"x"}"#)], projection, bench)
          }
          #expect(failure?.reason.contains("numeric(10,2)") == true && failure?.reason.contains("numeric(12,4)") == true)
          #expect(failure.map { FailureClassifier.classify($0).failureClass } == failure.map { .poison(index: $0.index) })
        }
        let later = await #expect(throws: RecordFailure.self) {
          try await apply([things("u", lsn: 4, after: #"{"id":1,"name":"b","amount":"AQA=","at":null}"#)], projection, bench)
        }
        #expect(later?.reason.contains("snapshot") == true, "nothing is written any more, because nobody knows what it means")
        try await bench.connection.executeScript("ALTER TABLE things ALTER COLUMN amount TYPE numeric(10,2)")
        await #expect(throws: Never.self) { try await evolution.checkNow() }
        try await apply([things("u", lsn: 5, after: #"{"id":1,"name":"b","amount":"AQA=","at":null,"extra":"x"}"#)], projection, bench)
        #expect(try await bench.rows("SELECT id, name, amount, extra FROM shop.things") == ["1|b|2.56|x"])
      }
    }

    @Test func anotherPrimaryKeyCannotBeFollowed() async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        try await bench.connection.executeScript("ALTER TABLE things RENAME COLUMN id TO number")
        let failure = await #expect(throws: RecordFailure.self) {
          try await apply([things("c", lsn: 2, after: #"{"number":1,"name":"a","amount":null,"at":null}"#)], projection, bench)
        }
        #expect(failure?.reason.contains("primary key") == true)
      }
    }

    @Test func malformedRecordsDoNotCauseALookEach() async throws {
      try await withBench { (bench, projection, evolution) async throws -> Void in
        for id in 1...50 {
          let failure = await #expect(throws: RecordFailure.self) {
            try await apply([things("c", lsn: 2, after: #"{"id":\#(id),"name":"a","amount":{"x":1},"at":null}"#)], projection, bench)
          }
          #expect(failure?.reason.contains("amount") == true)
        }
        #expect(await evolution.looks == 1)
      }
    }

    @Test func aSourceThatIsAwayIsWaitedFor() async throws {
      try await ReadModelBench.with(ddl: Self.ddl, tables: ["things", "notes"]) { bench in
        let pool = Pool(configuration: bench.configuration, maxConnections: 1, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
        var away = bench.configuration
        away.port = 1
        let nowhere = away
        let evolution = MirrorEvolution(bench.mirrors, pool: pool, logger: ReadModelBench.logger) {
          let source = try await Connection.connect(nowhere, logger: ReadModelBench.logger)
          return try await MirrorCatalog.load(from: source, tables: ["things"], namespace: MirrorNamespace(topicPrefix: "shop"))
        }
        let projection = MirrorProjection(bench.mirrors, evolution: evolution, logger: ReadModelBench.logger)
        let error = await #expect(throws: (any Error).self) {
          try await apply([things("c", lsn: 2, after: #"{"id":1,"name":"a","amount":null,"at":null,"new":1}"#)], projection, bench)
        }
        #expect(error.map { FailureClassifier.classify($0).failureClass } == .sinkDown, "no good record is dead-lettered for it")
        await pool.close()
      }
    }

    @Test func logsFollowTheirTables() async throws {
      try await withBench { (bench, projection, _) async throws -> Void in
        let notes = Changes(table: "notes")
        try await apply([notes("c", lsn: 1, after: #"{"what":"a"}"#)], projection, bench)
        try await bench.connection.executeScript("ALTER TABLE notes ALTER COLUMN what TYPE text, ADD COLUMN by text DEFAULT 'me'")
        try await apply([notes("c", lsn: 2, after: #"{"what":"longer than five","by":"you"}"#)], projection, bench)
        #expect(try await bench.rows("SELECT what, by FROM shop.notes ORDER BY 1") == ["a|me", "longer than five|you"])
      }
    }
  }
}
