import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// Changes that touch many documents, finished behind the batch.
  @Suite struct FanOutTests {
    let products = Changes(table: "products")
    let brands = Changes(table: "brands", partition: 4)
    let categories = Changes(table: "categories", partition: 5)

    static let settings = FanOutSettings(threshold: 10, idleInterval: .milliseconds(50))
    static let ddl =
      Shop.ddl + """
        CREATE TABLE categories (id bigint PRIMARY KEY, name text NOT NULL);
        CREATE TABLE subcategories (id bigint PRIMARY KEY, category_id bigint);
        CREATE TABLE items (id bigint PRIMARY KEY, subcategory_id bigint);
        """
    static let item = DocumentDefinition(
      name: "item", table: "item_documents", rootTable: "items",
      touches: [
        .column("id", of: "subcategories", through: [.children("items", foreignKey: "subcategory_id", then: "id")]),
        .column(
          "id", of: "categories",
          through: [
            .children("subcategories", foreignKey: "category_id", then: "id"),
            .children("items", foreignKey: "subcategory_id", then: "id"),
          ]),
      ],
      recompute: """
        SELECT i.id AS key, jsonb_build_object('category', c.name) AS body FROM shop.items i
        LEFT JOIN shop.subcategories s ON s.id = i.subcategory_id LEFT JOIN shop.categories c ON c.id = s.category_id WHERE i.id = ANY($1)
        """)

    func withBench(
      _ settings: FanOutSettings = Self.settings, _ documents: [DocumentDefinition] = [Shop.product],
      _ body: (ReadModelBench, FanOutWorker) async throws -> Void
    ) async throws {
      let tables = Shop.tables + ["categories", "subcategories", "items"]
      try await ReadModelBench.with(ddl: Self.ddl, tables: tables, documents: documents, fanOut: settings) { bench in
        let pool = Pool(configuration: bench.configuration, maxConnections: 3, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
        let worker = FanOutWorker(settings, projections: bench.documents, pool: pool, logger: ReadModelBench.logger)
        try await body(bench, worker)
        await pool.close()
      }
    }

    func product(_ id: Int, brand: Int) -> String { #"{"id":\#(id),"name":"p\#(id)","brand_id":\#(brand)}"# }
    func brand(_ id: Int, _ name: String) -> String { #"{"id":\#(id),"name":"\#(name)"}"# }

    /// Products 1...count of brand 7, whose name is `old`, all with documents.
    func fill(_ bench: ReadModelBench, _ count: Int, _ name: String = "old") async throws {
      try await bench.apply([brands("c", lsn: 1, after: brand(7, name))])
      try await bench.apply((1...count).map { products("c", lsn: 2, after: product($0, brand: 7)) })
      #expect(try await names(bench) == [name: count])
    }

    /// How many documents show which brand's name.
    func names(_ bench: ReadModelBench) async throws -> [String: Int] {
      var counts: [String: Int] = [:]
      for row in try await bench.rows(
        "SELECT coalesce(body->>'brand', '-'), count(*) FROM product_documents WHERE body IS NOT NULL GROUP BY 1")
      {
        let parts = row.split(separator: "|")
        counts[String(parts[0])] = Int(parts[1])
      }
      return counts
    }

    func tasks(_ bench: ReadModelBench) async throws -> [String] {
      try await bench.rows("SELECT path, value, cursor, stop, is_wrapped FROM sluice_fan_out ORDER BY path, value")
    }

    /// Works off everything, `size` documents a step. `between` runs between two steps.
    func drain(_ worker: FanOutWorker, size: Int = 4, between: () async throws -> Void = {}) async throws {
      // Steps that are slow on a busy machine keep their size.
      var pace = FanOutPace(target: .seconds(60), limit: size)
      for _ in 0..<1000 {
        guard try await worker.stepOnce(&pace) else { return }
        try await between()
      }
      Issue.record("the fan-outs do not end")
    }

    /// What is stored is what the mirrors say now.
    func expectConsistent(_ bench: ReadModelBench, _ comment: Comment) async throws {
      for projection in bench.documents {
        let sql = "SELECT key, body FROM \(projection.definition.location.qualifiedName) WHERE body IS NOT NULL ORDER BY key"
        let stored = try await bench.rows(sql)
        try await projection.recomputeAll(on: bench.connection)
        #expect(try await bench.rows(sql) == stored, comment)
      }
    }

    @Test func aRenameIsLeftToTheWorkerAndFinishedInSteps() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "new")), products("u", lsn: 101, after: product(3, brand: 7))])
        #expect(try await names(bench) == ["old": 24, "new": 1], "the batch has recomputed its own product alone")
        #expect(try await tasks(bench) == ["brands.id>products.brand_id:id|7|-|-|f"])
        #expect(try await worker.status()["product"]?.tasks == 1)
        var steps = 0
        try await drain(worker) { () async throws -> Void in
          steps += 1
          if steps == 1 {
            #expect(try await names(bench) == ["old": 21, "new": 4], "3 was one of the first four")
            #expect(try await worker.status()["product"]?.documents == 21)
          }
        }
        #expect(steps == 7)
        #expect(try await names(bench) == ["new": 25])
        #expect(try await tasks(bench).isEmpty)
        #expect(try await worker.status() == ["product": FanOutStatus()])
        #expect(try await bench.row("SELECT min(lsn), max(lsn) FROM product_documents") == "100|101")
      }
    }

    @Test func whatTouchesFewDocumentsIsNotLeft() async throws {
      try await withBench { bench, _ in
        try await fill(bench, 10)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "new"))])
        #expect(try await names(bench) == ["new": 10])
        // Together with others it is too much: the smaller ones are done at once.
        try await bench.apply((11...16).map { products("c", lsn: 110, after: product($0, brand: 8)) })
        try await bench.apply([brands("u", lsn: 120, after: brand(7, "newer")), brands("c", lsn: 121, after: brand(8, "eight"))])
        #expect(try await names(bench) == ["new": 10, "eight": 6])
        #expect(try await tasks(bench) == ["brands.id>products.brand_id:id|7|-|-|f"])
      }
    }

    @Test func aWalkMeetsNewcomersLeaversAndFurtherChanges() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 30)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "one")), brands("c", lsn: 101, after: brand(8, "eight"))])
        var steps = 0
        try await drain(worker) { () async throws -> Void in
          steps += 1
          let lsn = Int64(200 + steps)
          switch steps {
          case 2:
            // Behind the walk and before it: a new product, one that comes, one that goes, one that is deleted.
            try await bench.apply([
              products("c", lsn: lsn, after: product(-1, brand: 7)), products("c", lsn: lsn, after: product(50, brand: 7)),
              products("u", lsn: lsn, after: product(2, brand: 8)), products("u", lsn: lsn, after: product(29, brand: 8)),
              products("d", lsn: lsn, before: product(28, brand: 0)),
            ])
          case 3: try await bench.apply([brands("u", lsn: lsn, after: brand(7, "two"))])
          case 5: try await bench.apply([brands("d", lsn: lsn, before: brand(7, ""))])
          case 6: try await bench.apply([brands("c", lsn: lsn, after: brand(7, "three"))])
          default: break
          }
        }
        #expect(try await names(bench) == ["three": 29, "eight": 2])
        try await expectConsistent(bench, "after the walk")
        #expect(try await tasks(bench).isEmpty)
      }
    }

    @Test func aDeletedBrandDisappearsFromAllDocuments() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        try await bench.apply([brands("d", lsn: 100, before: brand(7, ""))])
        #expect(try await names(bench) == ["old": 25])
        try await drain(worker)
        #expect(try await names(bench) == ["-": 25])
      }
    }

    @Test func waysThroughTwoTablesAreWalkedToTheirEnd() async throws {
      try await withBench(Self.settings, [Self.item]) { bench, worker in
        let subcategories = Changes(table: "subcategories")
        let items = Changes(table: "items")
        func sub(_ id: Int, _ category: Int) -> String { #"{"id":\#(id),"category_id":\#(category)}"# }
        func item(_ id: Int, _ sub: Int) -> String { #"{"id":\#(id),"subcategory_id":\#(sub)}"# }
        func category(_ name: String) -> String { #"{"id":1,"name":"\#(name)"}"# }
        // 20 subcategories with one item each, and one with 30.
        try await bench.apply([categories("c", lsn: 1, after: category("old"))])
        try await bench.apply((1...21).map { subcategories("c", lsn: 2, after: sub($0, 1)) })
        try await bench.apply(
          (1...20).map { items("c", lsn: 3, after: item($0, $0)) } + (100..<130).map { items("c", lsn: 3, after: item($0, 21)) })
        try await drain(worker)
        try await bench.apply([categories("u", lsn: 10, after: category("new"))])
        #expect(
          try await bench.rows("SELECT path, value FROM sluice_fan_out")
            == ["categories.id>subcategories.category_id:id>items.subcategory_id:id|1"])
        var sawNested = false
        var steps = 0
        try await drain(worker) { () async throws -> Void in
          steps += 1
          if steps == 2 { try await bench.apply([items("c", lsn: 20, after: item(200, 1)), items("u", lsn: 21, after: item(101, 2))]) }
          let paths = try await bench.rows("SELECT path FROM sluice_fan_out")
          sawNested = sawNested || paths.contains("subcategories.id>items.subcategory_id:id")
        }
        #expect(sawNested, "the large subcategory became a task of its own")
        #expect(try await bench.rows("SELECT body->>'category', count(*) FROM item_documents GROUP BY 1") == ["new|51"])
      }
    }

    /// Each pair of transactions that the doc comment of `DocumentProjection+FanOut` names, one waiting for the other.
    @Test(arguments: [false, true]) func aNewcomerAndTheRenameAtTheSameTime(_ newcomerFirst: Bool) async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        let rename = [brands("u", lsn: 100, after: brand(7, "new"))]
        let newcomer = [products("c", lsn: 101, after: product(5000, brand: 7))]
        try await bench.overlapping(newcomerFirst ? newcomer : rename, newcomerFirst ? rename : newcomer)
        try await drain(worker)
        #expect(try await names(bench) == ["new": 26])
      }
    }

    @Test func aRenameThatCommitsWhileAStepMovesItsCursor() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "one"))])
        var pace = FanOutPace(target: .milliseconds(100), limit: 4)
        #expect(try await worker.stepOnce(&pace))
        // R2 holds the task's row; the step computes with the old name, commits, and waits for R2 with nothing else in hand.
        let other = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
        try await other.executeScript("BEGIN")
        try await bench.run([brands("u", lsn: 200, after: brand(7, "two"))], in: other)
        async let stepped = {
          var pace = FanOutPace(target: .milliseconds(100), limit: 4)
          return try await worker.stepOnce(&pace)
        }()
        try await eventually(within: .seconds(10), "the step's documents are there") { try await names(bench)["one"] == 8 }
        try await other.executeScript("COMMIT")
        #expect(try await stepped)
        #expect(try await tasks(bench) == ["brands.id>products.brand_id:id|7|8|8|f"])
        try await drain(worker)
        #expect(try await names(bench) == ["two": 25])
        await other.close()
      }
    }

    @Test func aStepThatIsCutOffIsTakenAgain() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "new"))])
        // Somebody holds a document of the second step; the connection of the step that waits for it is cut.
        let holder = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
        try await holder.executeScript("BEGIN")
        try await bench.run([products("u", lsn: 101, after: product(6, brand: 7))], in: holder)
        let draining = Task { try await drain(worker) }
        try await eventually(within: .seconds(10), "a step waits, and is cut off") {
          try await bench.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'"
          ).count == 1
        }
        await #expect(throws: (any Error).self) { try await draining.value }
        #expect(try await tasks(bench) == ["brands.id>products.brand_id:id|7|4|-|f"], "the first step stays, the second is undone")
        try await holder.executeScript("COMMIT")
        try await drain(worker)
        #expect(try await names(bench) == ["new": 25])
        await holder.close()
      }
    }

    @Test func oneDocumentThatCannotBeComputedHoldsUpNoOther() async throws {
      var fragile = Shop.product
      fragile.recompute = fragile.recompute.replacing(
        "'brand', b.name", with: "'brand', CASE WHEN b.name = 'new' AND p.id = 9 THEN (1 / (p.id - 9))::text ELSE b.name END")
      try await withBench(Self.settings, [fragile]) { bench, worker in
        try await fill(bench, 25)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "new"))])
        try await drain(worker, size: 8)
        #expect(try await names(bench) == ["old": 1, "new": 24])
        #expect(try await bench.rows("SELECT path, value FROM sluice_fan_out") == ["products.id|9"])
        let status = try await worker.status()["product"]
        #expect(status?.failing == 1)
        #expect(status?.pendingLSN == 100)
        try await bench.apply([brands("u", lsn: 200, after: brand(7, "newer"))])
        try await eventually(within: .seconds(20), "it is tried again") {
          try await drain(worker, size: 8)
          return try await tasks(bench).isEmpty
        }
        #expect(try await names(bench) == ["newer": 25])
      }
    }

    @Test func positionsAreHeldBackUntilTheDocumentsShowTheChange() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 25)
        let pool = Pool(configuration: bench.configuration, maxConnections: 1, acquireTimeout: .seconds(10), logger: ReadModelBench.logger)
        let store = DocumentStore(table: Shop.product.location, pool: pool)
        // Document 25 takes in a change that is newer than the rename, before the rename arrives.
        try await bench.apply([products("u", lsn: 500, after: product(25, brand: 7))])
        #expect(try await store.get("25")?.lsn == 500)
        try await bench.apply([brands("u", lsn: 100, after: brand(7, "new"))])
        #expect(try await store.get("25")?.lsn == 99, "it does not show the change at 100 yet")
        #expect(try await store.list(limit: 30).documents.map(\.lsn).max() == 99)
        #expect(try await store.positions().map(\.lsn) == [99, 99])
        try await drain(worker)
        #expect(try await store.get("25")?.lsn == 500)
        #expect(try await store.positions().map(\.lsn) == [100, 500])
        try await bench.connection.executeScript("DROP TABLE sluice_fan_out")
        #expect(try await store.get("25")?.lsn == 500, "nothing is pending where no syncer has made the table")
        await pool.close()
      }
    }

    /// 5,000 documents, two workers, and other keys' batches all the while.
    @Test func otherKeysGoOnWhileALargeFanOutIsWalked() async throws {
      let settings = FanOutSettings(threshold: 500, stepDuration: .milliseconds(50), idleInterval: .milliseconds(200))
      try await withBench(settings) { bench, worker in
        try await bench.apply([brands("c", lsn: 1, after: brand(7, "old"))])
        for start in stride(from: 1, to: 5000, by: 1000) {
          try await bench.apply((start..<start + 1000).map { products("c", lsn: 2, after: product($0, brand: 7)) })
        }
        let clock = ContinuousClock()
        let workers = [Task { await worker.run() }, Task { await worker.run() }]
        let renaming = try await clock.measureThrowing { try await bench.apply([brands("u", lsn: 100, after: brand(7, "new"))]) }
        var slowest: Duration = .zero
        var batches = 0
        let start = clock.now
        while try await !tasks(bench).isEmpty {
          // Another brand's product, and one of the brand that is walked.
          slowest = max(
            slowest,
            try await clock.measureThrowing {
              try await bench.apply([
                products("u", lsn: Int64(1000 + batches), after: product(6000, brand: 8)),
                products("u", lsn: Int64(1000 + batches), after: product(4999, brand: 7)),
              ])
            })
          batches += 1
        }
        let walked = clock.now - start
        #expect(try await names(bench)["new"] == 5000)
        #expect(renaming < .seconds(1), "the rename itself: \(renaming)")
        #expect(walked < .seconds(20), "\(walked)")
        #expect(slowest < .seconds(2), "the slowest of \(batches) other batches: \(slowest)")
        #expect(batches > 2)
        for worker in workers {
          worker.cancel()
          await worker.value
        }
        print("fan-out of 5000: rename \(renaming), walk \(walked), \(batches) other batches, slowest \(slowest)")
        try await expectConsistent(bench, "after the walk")
      }
    }

    @Test func renamesWritersAndWorkersAtOnceEndConsistent() async throws {
      try await withBench { bench, worker in
        try await fill(bench, 40)
        let workers = [Task { await worker.run() }, Task { await worker.run() }]
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<3 {
            group.addTask {
              let connection = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
              for step in 0..<40 {
                let lsn = Int64(1000 + step * 10 + writer)
                let changes: [ChangeRecord] =
                  switch writer {
                  case 0:
                    [
                      brands(
                        step % 9 == 8 ? "d" : "u", lsn: lsn, after: step % 9 == 8 ? nil : brand(7, "b\(step)"),
                        before: step % 9 == 8 ? brand(7, "") : nil)
                    ]
                  case 1: [products("u", lsn: lsn, after: product(step * 7 % 45, brand: step % 3 == 0 ? 8 : 7))]
                  default:
                    [products("u", lsn: lsn, after: product(step * 11 % 45, brand: 7)), brands("u", lsn: lsn, after: brand(8, "e\(step)"))]
                  }
                for attempt in 1...5 {
                  do {
                    try await bench.apply(changes, on: connection)
                    break
                  } catch let error as PostgresError where error.sqlState == .deadlockDetected && attempt < 5 {}
                }
              }
              await connection.close()
            }
          }
          try await group.waitForAll()
        }
        try await eventually(within: .seconds(20), "all is worked off") { try await tasks(bench).isEmpty }
        for worker in workers {
          worker.cancel()
          await worker.value
        }
        try await expectConsistent(bench, "after 120 transactions of three writers beside two workers")
      }
    }
  }
}

extension ContinuousClock {
  fileprivate func measureThrowing(_ work: () async throws -> Void) async throws -> Duration {
    let start = now
    try await work()
    return now - start
  }
}
