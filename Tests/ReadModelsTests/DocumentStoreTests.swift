import Logging
import Postgres
@testable import ReadModels
import TestSupport
import Testing

extension OnPostgres {
  @Suite struct DocumentStoreTests {
    func withStore(
      _ table: DocumentTable, _ body: (DocumentStore, EventDocumentStore, Connection) async throws -> Void
    ) async throws {
      try await withTestDatabase { configuration in
        let logger = Logger(label: "test")
        let pool = Pool(configuration: configuration, maxConnections: 2, acquireTimeout: .seconds(10), logger: logger)
        let connection = try await Connection.connect(configuration, logger: logger)
        let events = EventDocumentStore(table: table)
        try await events.prepare(connection)
        try await events.prepare(connection)
        try await body(DocumentStore(table: table, pool: pool), events, connection)
        await connection.close()
        await pool.close()
      }
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func getsWhatIsStored() async throws {
      try await withStore(DocumentTable(table: "orders", keyType: "text")) { store, events, connection in
        #expect(try await store.get("a") == nil)
        _ = try await connection.transaction { transaction in
          try await events.store([EventDocument(key: "a", version: 3, body: Self.bytes(#"{"state": "placed"}"#), lsn: 77)], in: transaction)
        }
        let found = try #require(try await store.get("a"))
        #expect(found.body == Self.bytes(#"{"state": "placed"}"#))
        #expect(found.version == 3)
        #expect(found.lsn == 77)
        #expect(found.updatedAt > 1_600_000_000_000_000)
        #expect(try await store.get("'; DROP TABLE orders; --") == nil)
        await #expect(throws: DocumentQueryError.self) { try await store.get("nul\0") }
        #expect(try await store.positions() == [])
      }
    }

    @Test func anOlderVersionNeverOverwrites() async throws {
      try await withStore(DocumentTable(table: "orders", keyType: "text")) { store, events, connection in
        func put(_ version: Int64, _ body: String?) async throws -> Int {
          try await connection.transaction { transaction in
            try await events.store([EventDocument(key: "a", version: version, body: body.map(Self.bytes))], in: transaction)
          }
        }
        #expect(try await put(2, "{}") == 1)
        #expect(try await put(2, "[]") == 0)
        #expect(try await put(1, "[]") == 0)
        #expect(try await store.get("a")?.body == Self.bytes("{}"))
        #expect(try await put(3, nil) == 1)
        #expect(try await store.get("a") == nil)
        #expect(try await put(2, "{}") == 0)
        let loaded = try await connection.transaction { try await events.load(["a", "b", "a"], in: $0) }
        #expect(loaded.keys.sorted() == ["a"])
        #expect(loaded["a"]?.version == 3)
        #expect(loaded["a"]?.body == [])
      }
    }

    /// Filters say the same, whatever is indexed, of documents that have what is asked for at another place as well.
    @Test(arguments: [
      DocumentContainment.none, .body, .fields([["brand", "id"], ["tags", "[]"], ["groups", "[]", "options", "[]", "id"]]),
    ])
    func filtersDoNotDependOnWhatIsIndexed(_ containment: DocumentContainment) async throws {
      let bodies = [
        #"{"brand": {"id": 7}, "tags": ["red", "big"], "groups": [{"options": [{"id": 1}, {"id": 2}]}, {"options": []}]}"#,
        #"{"brand": {"id": "7"}, "tags": "red", "groups": [{"options": [{"id": 3}]}]}"#, #"{"brand": {"id": [7]}, "tags": [["red"]]}"#,
        #"{"brand": [{"id": 7}], "tags": [], "groups": {"options": {"id": 1}}}"#, #"{"brand": {"id": 7.0}, "tags": null}"#, "{}",
      ]
      try await withStore(DocumentTable(table: "things", containment: containment)) { store, events, connection in
        _ = try await connection.transaction { transaction in
          try await events.store(
            bodies.enumerated().map { EventDocument(key: String($0 + 1), version: 1, body: Self.bytes($1)) }, in: transaction)
        }
        func found(_ filters: DocumentFilter...) async throws -> [String] { try await store.list(filters).documents.map(\.key) }
        #expect(try await found(.equals(["brand", "id"], 7)) == ["1", "5"])
        #expect(try await found(.equals(["brand", "id"], "7")) == ["2"])
        #expect(try await found(.contains(["tags"], "red")) == ["1"])
        #expect(try await found(.equals(["tags", "[]"], "red"), .equals(["brand", "id"], 7)) == ["1"])
        #expect(try await found(.equals(["groups", "[]", "options", "[]", "id"], 2)) == ["1"])
        #expect(try await found(.equals(["groups", "[]", "options", "[]", "id"], 3)) == ["2"])
        #expect(try await found(.equals(["other"], 3)) == [])
      }
    }

    @Test func fieldsThatAreIndexedAreFoundByTheirIndex() async throws {
      let fields = (1...40).map { ["f\($0)"] } + [["tags", "[]", "a \"$\" 'b'"]]
      try await withStore(DocumentTable(table: "things", containment: .fields(fields))) { _, _, connection in
        let names = try await connection.query("SELECT indexname::text FROM pg_indexes WHERE tablename = 'things' ORDER BY 1")
          .map { try $0[0, as: String.self] }
        #expect(names.count(where: { $0.hasPrefix("things_fields_") }) == 2, "an index takes 32 columns: \(names)")
        #expect(!names.contains("things_body"))
        func statistics() async throws -> Int32 {
          let query: Query =
            "SELECT coalesce(attstattarget, -1)::int FROM pg_attribute WHERE attrelid = 'things'::regclass AND attname = 'body'"
          return try await connection.query(query).single()[0, as: Int32.self]
        }
        #expect(try await statistics() == 0, "whole bodies are not sorted for statistics that nobody asks for")
        try await EventDocumentStore(table: DocumentTable(table: "things", containment: .none)).prepare(connection)
        #expect(try await statistics() == -1)
        try await EventDocumentStore(table: DocumentTable(table: "things", containment: .fields(fields))).prepare(connection)
        try await connection.executeScript("SET enable_seqscan = off")
        for field in [fields[0], fields[39], fields[40]] {
          let expression = DocumentContainment.expression(field, of: "d.body")
          let plan = try await connection.query("EXPLAIN SELECT 1 FROM things d WHERE \(unescaped: expression) @> '7'")
            .map { try $0[0, as: String.self] }
          #expect(plan.contains { $0.contains("things_fields_") }, "\(plan)")
        }
      }
    }

    @Test func listsPageByPage() async throws {
      let table = DocumentTable(table: "products", numericIndexes: [["price", "amount"]])
      try await withStore(table) { store, events, connection in
        _ = try await connection.transaction { transaction in
          try await events.store(
            (1...25).map { number in
              let tags = number.isMultiple(of: 2) ? #"["even", "x"]"# : #"["odd"]"#
              let text =
                #"{"name": "Lamp \#(number)%", "brand": {"id": \#(number % 3)}, "price": {"amount": \#(number).50}, "tags": \#(tags)}"#
              return EventDocument(key: String(number), version: 1, body: Self.bytes(text))
            }, in: transaction)
          try await events.store([EventDocument(key: "7", version: 2, body: nil)], in: transaction)
        }
        var keys: [String] = []
        var cursor: String?
        repeat {
          let page = try await store.list(after: cursor, limit: 8)
          keys += page.documents.map(\.key)
          cursor = page.nextCursor
        } while cursor != nil
        #expect(keys == (1...25).filter { $0 != 7 }.map(String.init))
        #expect(try await store.count() == 24)
        #expect(
          try await store.list([.equals(["brand", "id"], 1), .contains(["tags"], "even")]).documents.map(\.key) == ["4", "10", "16", "22"])
        #expect(
          try await store.list([.atLeast(["price", "amount"], 3.5), .atMost(["price", "amount"], 5.5)]).documents.map(\.key) == [
            "3", "4", "5",
          ])
        #expect(try await store.list([.atLeast(["name"], 0)]).documents.isEmpty, "a text is no number")
        #expect(try await store.list([.containsText(["name"], "amp 2%")]).documents.map(\.key) == ["2"])
        #expect(try await store.count([.containsText(["name"], "LAMP 2")]) == 7)
        await #expect(throws: DocumentQueryError.invalidCursor) { try await store.list(after: "zz") }
        await #expect(throws: DocumentQueryError.invalidCursor) { try await store.list(after: "61") }
        await #expect(throws: DocumentQueryError.invalidLimit(allowed: 1...1000)) { try await store.list(limit: 0) }
        await #expect(throws: DocumentQueryError.self) { try await store.list([.equals([], 1)]) }
        await #expect(throws: DocumentQueryError.invalidKey(expected: "bigint")) { try await store.get("one") }
      }
    }
  }
}
