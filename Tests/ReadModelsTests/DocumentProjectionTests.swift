import Postgres
import ReadModels
import Syncer
import Testing

extension OnPostgres {
  @Suite struct DocumentProjectionTests {
    let products = Changes(table: "products")
    let reviews = Changes(table: "reviews", partition: 1)
    let groups = Changes(table: "option_groups", partition: 2)
    let options = Changes(table: "options", partition: 3)
    let brands = Changes(table: "brands", partition: 4)

    func withBench(_ body: (ReadModelBench) async throws -> Void) async throws {
      try await ReadModelBench.with(ddl: Shop.ddl, tables: Shop.tables, documents: [Shop.product], body)
    }

    func product(_ id: Int, _ name: String, brand: Int? = nil) -> String {
      #"{"id":\#(id),"name":"\#(name)","brand_id":\#(brand.map(String.init) ?? "null")}"#
    }
    func review(_ id: Int, of product: Int) -> String { #"{"id":\#(id),"product_id":\#(product),"rating":5}"# }
    func group(_ id: Int, of product: Int) -> String { #"{"id":\#(id),"product_id":\#(product),"name":"g"}"# }
    func option(_ id: Int, of group: Int, _ name: String) -> String { #"{"id":\#(id),"group_id":\#(group),"name":"\#(name)"}"# }
    func brand(_ id: Int, _ name: String) -> String { #"{"id":\#(id),"name":"\#(name)"}"# }

    static let document = "SELECT key, body->>'name', body->>'brand', body->>'ratings', body->>'options' FROM product_documents"

    @Test func everyPartReachesItsDocument() async throws {
      try await withBench { bench in
        let changes = [
          brands("c", lsn: 10, after: brand(7, "Acme")), products("c", lsn: 11, after: product(1, "lamp", brand: 7)),
          reviews("c", lsn: 12, after: review(100, of: 1)), groups("c", lsn: 13, after: group(5, of: 1)),
          options("c", lsn: 14, after: option(50, of: 5, "red")),
        ]
        let expected = ["1|lamp|Acme|1|[\"red\"]"]
        try await bench.apply(changes)
        #expect(try await bench.rows(Self.document) == expected)
        // Each order of arrival, one change a batch, ends with the same document.
        for shift in 0..<5 {
          for reversed in [false, true] {
            let order = Array(changes[shift...] + changes[..<shift])
            try await bench.connection.executeScript(
              "TRUNCATE mirror_shop.brands, mirror_shop.products, mirror_shop.reviews, mirror_shop.option_groups, mirror_shop.options, product_documents"
            )
            for change in reversed ? order.reversed() : order { try await bench.apply([change]) }
            #expect(try await bench.rows(Self.document) == expected, "order \(shift) \(reversed)")
          }
        }
      }
    }

    @Test func changesDeletesAndMovesAreFollowed() async throws {
      try await withBench { bench in
        try await bench.apply([
          brands("c", lsn: 10, after: brand(7, "Acme")), products("c", lsn: 11, after: product(1, "lamp", brand: 7)),
          products("c", lsn: 12, after: product(2, "kettle", brand: 7)), reviews("c", lsn: 13, after: review(100, of: 1)),
          groups("c", lsn: 14, after: group(5, of: 1)), options("c", lsn: 15, after: option(50, of: 5, "red")),
        ])
        try await bench.apply([brands("u", lsn: 20, after: brand(7, "Zen"))])
        #expect(try await bench.rows(Self.document + " ORDER BY key") == ["1|lamp|Zen|1|[\"red\"]", "2|kettle|Zen|0|[]"])
        // A row moves to another product; the event does not tell where it was (REPLICA IDENTITY DEFAULT).
        try await bench.apply([reviews("u", lsn: 21, after: review(100, of: 2)), groups("u", lsn: 22, after: group(5, of: 2))])
        #expect(try await bench.rows(Self.document + " ORDER BY key") == ["1|lamp|Zen|0|[]", "2|kettle|Zen|1|[\"red\"]"])
        // Deletes that carry a key and zeros (REPLICA IDENTITY DEFAULT): the tombstones know where they belonged.
        try await bench.apply([options("d", lsn: 23, before: #"{"id":50,"group_id":0,"name":""}"#)])
        try await bench.apply([reviews("d", lsn: 24, before: #"{"id":100,"product_id":0,"rating":0}"#)])
        #expect(try await bench.rows(Self.document + " ORDER BY key") == ["1|lamp|Zen|0|[]", "2|kettle|Zen|0|[]"])
        try await bench.apply([brands("d", lsn: 25, before: brand(7, ""))])
        #expect(try await bench.rows(Self.document + " ORDER BY key") == ["1|lamp|-|0|[]", "2|kettle|-|0|[]"])
        try await bench.apply([products("d", lsn: 26, before: product(1, ""))])
        #expect(try await bench.rows("SELECT key, body IS NULL FROM product_documents ORDER BY key") == ["1|t", "2|f"])
        try await bench.apply([products("t", lsn: 30)])
        #expect(try await bench.rows("SELECT key, body IS NULL FROM product_documents ORDER BY key") == ["1|t", "2|t"])
      }
    }

    @Test func versionsGrowWithTheBodyAndOutliveDeletes() async throws {
      try await withBench { bench in
        func state() async throws -> [Int64] {
          let rows = try await bench.connection.query("SELECT version, lsn FROM product_documents WHERE key = 1")
          return [try rows.single()[0, as: Int64.self], try rows.single()[1, as: Int64.self]]
        }
        try await bench.apply([products("c", lsn: 10, after: product(1, "lamp"))])
        #expect(try await state() == [10, 10])
        try await bench.apply([products("u", lsn: 20, after: product(1, "lamp"))])
        #expect(try await state() == [10, 20], "the same body keeps its version; the position moves on")
        let xmin = try await bench.row("SELECT xmin FROM product_documents")
        try await bench.apply([products("u", lsn: 20, after: product(1, "lamp"))])
        #expect(try await bench.row("SELECT xmin FROM product_documents") == xmin, "redelivery does not write")
        try await bench.apply([products("u", lsn: 21, after: product(1, "lamp 2"))])
        #expect(try await state() == [21, 21])
        try await bench.apply([products("d", lsn: 22, before: product(1, ""))])
        #expect(try await state() == [22, 22])
        try await bench.apply([products("c", lsn: 30, after: product(1, "lamp"))])
        #expect(try await state() == [30, 30])
        try await bench.apply([reviews("c", lsn: 5, after: review(1, of: 1))])
        #expect(try await state() == [31, 30], "another body is another version, also where the change is older")
      }
    }

    /// What the documents would be if they were made from the committed mirrors now; they must be that.
    func expectConsistent(_ bench: ReadModelBench, _ comment: Comment) async throws {
      let stored = try await bench.rows(Self.document + " WHERE body IS NOT NULL ORDER BY key")
      try await bench.documents[0].recomputeAll(on: bench.connection)
      #expect(try await bench.rows(Self.document + " WHERE body IS NOT NULL ORDER BY key") == stored, comment)
    }

    @Test func overlappingTransactionsNeverLeaveADocumentHalfRight() async throws {
      let base = [products("c", lsn: 1, after: product(1, "lamp", brand: 7)), brands("c", lsn: 2, after: brand(7, "Acme"))]
      let pairs: [(Comment, [ChangeRecord], [ChangeRecord])] = [
        ("two parts", [reviews("c", lsn: 10, after: review(1, of: 1))], [groups("c", lsn: 11, after: group(5, of: 1))]),
        (
          "an option and its group, which nobody has seen", [options("c", lsn: 20, after: option(60, of: 6, "blue"))],
          [groups("c", lsn: 21, after: group(6, of: 1))]
        ),
        (
          "a brand's name and a new product of it", [brands("u", lsn: 30, after: brand(7, "Zen"))],
          [products("c", lsn: 31, after: product(2, "kettle", brand: 7))]
        ),
        (
          "a group that moves and an option of it", [groups("u", lsn: 40, after: group(6, of: 2))],
          [options("c", lsn: 41, after: option(61, of: 6, "green"))]
        ),
      ]
      for isSwapped in [false, true] {
        try await withBench { bench in
          try await bench.apply(base)
          for (comment, first, second) in pairs {
            try await bench.overlapping(isSwapped ? second : first, isSwapped ? first : second)
            try await expectConsistent(bench, comment)
          }
          #expect(
            try await bench.rows(Self.document + " ORDER BY key") == ["1|lamp|Zen|1|[]", "2|kettle|Zen|0|[\"blue\", \"green\"]"])
        }
      }
    }

    @Test func manyWritersAtOnceEndConsistent() async throws {
      try await withBench { bench in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<4 {
            group.addTask {
              let connection = try await Connection.connect(bench.configuration, logger: ReadModelBench.logger)
              for step in 0..<30 {
                let lsn = Int64(1000 + step * 10 + writer)
                let id = step % 5
                let changes: [ChangeRecord] =
                  switch writer {
                  case 0: [products("u", lsn: lsn, after: product(id, "p\(step)", brand: step % 3))]
                  case 1: [brands("u", lsn: lsn, after: brand(step % 3, "b\(step)"))]
                  case 2: [groups("u", lsn: lsn, after: self.group(step % 4, of: id))]
                  default:
                    [
                      options("u", lsn: lsn, after: option(step, of: step % 4, "o\(step)")),
                      reviews("u", lsn: lsn, after: review(step, of: id)),
                    ]
                  }
                // A deadlock is the syncer's to retry.
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
        try await expectConsistent(bench, "after 120 transactions of four writers")
        #expect(try await bench.rows("SELECT count(*) FROM product_documents") == ["5"])
      }
    }

    @Test func marksOfDeletedDocumentsGoAfterTheirRetentionAndLiveOnesStay() async throws {
      try await withBench { bench in
        try await bench.apply((1...6).map { products("c", lsn: Int64($0), after: product($0, "p\($0)")) })
        try await bench.apply((1...5).map { products("d", lsn: Int64(10 + $0), before: product($0, "")) })
        try await bench.connection.executeScript(
          "UPDATE product_documents SET updated_at = now() - interval '2 days' WHERE key <> 5")
        let tombstones = MirrorTombstones(retention: .seconds(86_400), stepSize: 3)
        let documents = [Shop.product.location]
        #expect(try await tombstones.prune(mirrors: bench.mirrors, documents: documents, on: bench.connection) == 3)
        #expect(try await tombstones.prune(mirrors: bench.mirrors, documents: documents, on: bench.connection) == 1)
        #expect(try await bench.rows("SELECT key, body IS NULL FROM product_documents ORDER BY key") == ["5|t", "6|f"])
        // The rows' marks are still there: an older change that arrives now brings no document back.
        try await bench.apply([products("u", lsn: 8, after: product(2, "late")), reviews("c", lsn: 9, after: review(1, of: 2))])
        #expect(try await bench.rows("SELECT key FROM product_documents WHERE body IS NOT NULL") == ["6"])
      }
    }

    @Test func recomputingAllGoesInSteps() async throws {
      try await withBench { bench in
        try await bench.apply((1...25).map { products("c", lsn: Int64($0), after: product($0, "p\($0)")) })
        try await bench.connection.executeScript(
          "DELETE FROM product_documents WHERE key > 10; UPDATE product_documents SET body = '{}' WHERE key = 3")
        #expect(try await bench.documents[0].recomputeAll(on: bench.connection, stepSize: 10) == 25)
        #expect(try await bench.row("SELECT count(*), min(body->>'name') FROM product_documents WHERE body <> '{}'") == "25|p1")
      }
    }
  }
}
