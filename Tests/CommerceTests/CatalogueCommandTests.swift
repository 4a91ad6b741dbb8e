import Commands
import Commerce
import Postgres
import Testing

struct CatalogueCommandTests {
  /// A shop with a brand, a seller, a tag, a category and product 1.
  private func withProduct(_ body: (ShopDatabase) async throws -> Void) async throws {
    try await ShopDatabase.run { shop in
      for noun in ["brand", "seller", "category", "tag"] {
        let receipt = try await shop.send("register-\(noun)", #"{"\#(noun)Id":1,"name":"first"}"#)
        #expect(receipt.aggregateType == noun && receipt.aggregateID == "1" && receipt.version == 1)
      }
      let receipt = try await shop.send(
        "create-product", #"{"productId":1,"name":"Kettle","brandId":1,"sellerId":1,"currency":"EUR","amount":"39.90"}"#)
      #expect(receipt.aggregateType == "product" && receipt.aggregateID == "1" && receipt.version == 1)
      try await body(shop)
    }
  }

  @Test func everyProductCommandRaisesTheVersion() async throws {
    try await withProduct { shop in
      let steps: [(String, String)] = [
        ("rename-product", #"{"productId":1,"name":"Kettle 1.7 l"}"#),
        ("describe-product", #"{"productId":1,"description":"Boils."}"#),
        ("describe-product", #"{"productId":1}"#),
        ("reprice-product", #"{"productId":1,"currency":"EUR","amount":35}"#),
        ("reprice-product", #"{"productId":1,"currency":"USD","amount":"40.5"}"#),
        ("move-product", #"{"productId":1,"brandId":1,"sellerId":1}"#),
        ("tag-product", #"{"productId":1,"tagId":1}"#), ("untag-product", #"{"productId":1,"tagId":1}"#),
        ("categorise-product", #"{"productId":1,"categoryId":1}"#), ("uncategorise-product", #"{"productId":1,"categoryId":1}"#),
        ("add-review", #"{"productId":1,"reviewId":7,"author":"Ada","rating":5}"#),
        ("add-review", #"{"productId":1,"author":"Eva","rating":1,"body":"No."}"#),
        ("remove-review", #"{"productId":1,"reviewId":7}"#),
        ("add-option-group", #"{"productId":1,"groupId":3,"name":"Colour"}"#),
        ("add-option", #"{"productId":1,"groupId":3,"optionId":4,"name":"Red","surcharge":"1.50"}"#),
        ("add-option", #"{"productId":1,"groupId":3,"name":"Blue","surcharge":0}"#),
        ("remove-option", #"{"productId":1,"optionId":4}"#),
        ("remove-option-group", #"{"productId":1,"groupId":3}"#),
        ("discontinue-product", #"{"productId":1}"#),
      ]
      var version: Int64 = 1
      for (name, body) in steps {
        version += 1
        let receipt = try await shop.send(name, body, expectedVersion: version - 1)
        #expect(receipt.version == version, "\(name)")
        let stored = try await shop.number("SELECT version FROM products WHERE id = 1")
        #expect(stored == version, "\(name)")
      }
      _ = try await shop.send("delete-product", #"{"productId":1}"#)
      for table in CatalogueMigrations.tables.dropFirst(4) {
        #expect(try await shop.number("SELECT count(*) FROM \(identifier: table)") == 0, "\(table)")
      }
    }
  }

  @Test func whatTheRulesForbid() async throws {
    try await withProduct { shop in
      _ = try await shop.send("create-product", #"{"productId":2,"name":"Lamp","brandId":1,"sellerId":1,"currency":"EUR","amount":"1"}"#)
      _ = try await shop.send("add-option-group", #"{"productId":2,"groupId":9,"name":"Size"}"#)
      let table: [(String, String, WorkloadStep.Expectation)] = [
        ("register-brand", #"{"brandId":1,"name":"again"}"#, .rejected),
        ("rename-brand", #"{"brandId":77,"name":"x"}"#, .notFound),
        ("create-product", #"{"productId":1,"name":"x","brandId":1,"sellerId":1,"currency":"EUR","amount":"1"}"#, .rejected),
        ("create-product", #"{"productId":5,"name":"x","brandId":77,"sellerId":1,"currency":"EUR","amount":"1"}"#, .rejected),
        ("create-product", #"{"productId":5,"name":"x","brandId":1,"sellerId":1,"currency":"euro","amount":"1"}"#, .invalid),
        ("rename-product", #"{"productId":77,"name":"x"}"#, .notFound),
        ("rename-product", #"{"productId":1,"name":""}"#, .invalid),
        ("reprice-product", #"{"productId":1,"currency":"EUR","amount":"1.234"}"#, .invalid),
        ("untag-product", #"{"productId":1,"tagId":1}"#, .rejected),
        ("tag-product", #"{"productId":1,"tagId":77}"#, .rejected),
        ("add-review", #"{"productId":1,"author":"a","rating":6}"#, .invalid),
        ("remove-review", #"{"productId":1,"reviewId":77}"#, .rejected),
        // The group is another product's.
        ("add-option", #"{"productId":1,"groupId":9,"name":"Red","surcharge":"0"}"#, .rejected),
        ("remove-option-group", #"{"productId":1,"groupId":9}"#, .rejected),
        ("delete-product", #"{"productId":1}"#, .rejected),
      ]
      for (name, body, expected) in table { #expect(await shop.outcome(name, body) == expected, "\(name) \(body)") }
      _ = try await shop.send("discontinue-product", #"{"productId":1}"#)
      #expect(await shop.outcome("rename-product", #"{"productId":1,"name":"x"}"#) == .rejected)
      #expect(await shop.outcome("rename-product", #"{"productId":2,"name":"x"}"#, expectedVersion: 1) == .conflict)
    }
  }

  @Test func identifiersAreAllocatedWhereTheCallerHasNone() async throws {
    try await withProduct { shop in
      let brand = try await shop.send("register-brand", #"{"name":"no number"}"#)
      let product = try await shop.send(
        "create-product", #"{"name":"x","brandId":\#(brand.aggregateID),"sellerId":1,"currency":"EUR","amount":"1"}"#)
      #expect(Int64(product.aggregateID) ?? 0 >= 1_000_000_000)
      let order = try await shop.send(
        "place-order",
        #"{"customerId":"c","currency":"EUR","lines":[{"productId":1,"quantity":1,"unitPrice":"1"}],"total":"1"}"#)
      #expect(order.aggregateID.utf8.count == 36)
    }
  }

  /// Where a record's key lies outside of the primary key, only REPLICA IDENTITY FULL gets it into the WAL of a delete.
  @Test func connectorKeysAreInTheReplicaIdentity() async throws {
    try await ShopDatabase.run { shop in
      for file in try ConnectorFiles.load() where file.name.hasPrefix("shop-") {
        for (table, columns) in file.keys {
          let rows = try await shop.pool.query(
            """
            SELECT c.relreplident::text AS identity, ARRAY(
              SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
              WHERE i.indrelid = c.oid AND i.indisprimary) AS key
            FROM pg_class c WHERE c.oid = \(table)::text::regclass
            """)
          let row = try rows.single()
          let key = Set(try row["key", as: [String].self])
          let identity = try row["identity", as: String.self]
          #expect(identity == "f" || Set(columns).isSubset(of: key), "\(file.name): \(table) is keyed by \(columns)")
        }
        for table in file.tables {
          #expect(
            try await shop.number("SELECT count(*) FROM pg_class WHERE oid = to_regclass(\(table)::text)") == 1, "\(file.name): \(table)")
        }
      }
    }
  }

  @Test func everyCatalogueTableIsCapturedOnce() throws {
    let tables = try ConnectorFiles.load().filter { $0.name.hasPrefix("shop-") }.flatMap(\.tables)
    #expect(tables.sorted() == (CatalogueMigrations.tables.map { "public." + $0 } + ["sluice.outbox"]).sorted())
  }

  @Test func slotsPublicationsAndPrefixesAreTheirOwn() throws {
    let files = try ConnectorFiles.load()
    #expect(files.count == 8)
    for key in ["slot.name", "publication.name", "topic.prefix"] {
      #expect(Set(files.compactMap { $0.config[key] }).count == files.count, "\(key)")
    }
  }
}
