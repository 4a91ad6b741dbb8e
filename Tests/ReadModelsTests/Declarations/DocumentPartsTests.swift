import Postgres
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// A change has computed anew what its row is shown in; the rest is taken over as it is stored. To see which is which, the stored body is
  /// falsified in between.
  @Suite struct DocumentPartsTests {
    static let ddl = """
      CREATE TABLE products (id bigint PRIMARY KEY, name text, brand_id bigint);
      CREATE TABLE brands (id bigint PRIMARY KEY, name text);
      CREATE TABLE reviews (id bigint PRIMARY KEY, product_id bigint, rating integer);
      CREATE TABLE option_groups (id bigint PRIMARY KEY, product_id bigint);
      CREATE TABLE options (id bigint PRIMARY KEY, group_id bigint);
      """
    static let yaml = """
      projection: item
      root: products
      fields:
        name:
        brand: {one: brands, by: brand_id, value: name}
        both: {object: {brand: {one: brands, by: brand_id, value: name}, best: {one: reviews, on: product_id, order: rating desc, value: rating}}}
        ratings: {many: reviews, on: product_id, order: id, value: rating}
        count: {aggregates: reviews, on: product_id, fields: {n: count}}
        options: {many: options, through: {table: option_groups, on: product_id}, on: {group_id: id}, value: id}
      """
    let products = Changes(table: "products")
    let brands = Changes(table: "brands")
    let reviews = Changes(table: "reviews")
    let groups = Changes(table: "option_groups")
    let options = Changes(table: "options")

    @Test func nothingElseIsComputedThanWhatAChangeIsShownIn() async throws {
      try await DeclaredDocumentTests.with(
        ddl: Self.ddl, tables: ["products", "brands", "reviews", "option_groups", "options"], yaml: Self.yaml
      ) { bench in
        func falsify() async throws {
          try await bench.connection.executeScript(
            "UPDATE item SET body = (SELECT jsonb_object_agg(k, '\"kept\"'::jsonb) FROM jsonb_object_keys(body) k) WHERE body IS NOT NULL")
        }
        func document() async throws -> String? { try await bench.row("SELECT body FROM item WHERE key = 1") }

        // All that comes before the root has nothing to be taken over from.
        try await bench.apply([
          brands("c", lsn: 1, after: #"{"id":7,"name":"Acme"}"#), reviews("c", lsn: 2, after: #"{"id":1,"product_id":1,"rating":5}"#),
          groups("c", lsn: 3, after: #"{"id":4,"product_id":1}"#), options("c", lsn: 4, after: #"{"id":40,"group_id":4}"#),
        ])
        try await bench.apply([products("c", lsn: 5, after: #"{"id":1,"name":"lamp","brand_id":7}"#)])
        let first =
          #"{"both": {"best": 5, "brand": "Acme"}, "name": "lamp", "brand": "Acme", "count": {"n": 1}, "options": [40], "ratings": [5]}"#
        #expect(try await document() == first)

        try await falsify()
        try await bench.apply([options("c", lsn: 6, after: #"{"id":41,"group_id":4}"#)])
        #expect(
          try await document()
            == #"{"both": "kept", "name": "lamp", "brand": "kept", "count": "kept", "options": [40, 41], "ratings": "kept"}"#)

        try await falsify()
        try await bench.apply([brands("u", lsn: 7, after: #"{"id":7,"name":"Zen"}"#)])
        #expect(
          try await document()
            == #"{"both": {"best": 5, "brand": "Zen"}, "name": "lamp", "brand": "Zen", "count": "kept", "options": "kept", "ratings": "kept"}"#
        )

        // What two changes of one batch touch is computed together, and what several fields show of the same rows is read once for them.
        try await falsify()
        try await bench.apply([
          reviews("u", lsn: 8, after: #"{"id":1,"product_id":1,"rating":3}"#), groups("d", lsn: 9, before: #"{"id":4,"product_id":1}"#),
        ])
        #expect(
          try await document()
            == #"{"both": {"best": 3, "brand": "Zen"}, "name": "lamp", "brand": "kept", "count": {"n": 1}, "options": [], "ratings": [3]}"#)

        // The root's row shows its columns, and what they refer to.
        try await falsify()
        try await bench.apply([products("u", lsn: 10, after: #"{"id":1,"name":"light","brand_id":7}"#)])
        #expect(
          try await document()
            == #"{"both": {"best": 3, "brand": "Zen"}, "name": "light", "brand": "Zen", "count": "kept", "options": "kept", "ratings": "kept"}"#
        )
        let last =
          #"{"both": {"best": 3, "brand": "Zen"}, "name": "light", "brand": "Zen", "count": {"n": 1}, "options": [], "ratings": [3]}"#

        // A document that comes back has no body to take anything from.
        try await bench.apply([products("d", lsn: 11, before: #"{"id":1,"name":"light","brand_id":7}"#)])
        #expect(try await bench.row("SELECT body IS NULL FROM item") == "t")
        try await bench.apply([
          products("c", lsn: 12, after: #"{"id":1,"name":"light","brand_id":7}"#), reviews("c", lsn: 13, after: #"{"id":2,"rating":1}"#),
        ])
        #expect(try await document() == last)

        try await falsify()
        try await bench.documents[0].recompute(["1"], on: bench.connection)
        #expect(try await document() == last, "a repair computes the whole document")
      }
    }

    /// Two changes that each touch one field, and together a part of what a third one would: rows are read for what is touched alone.
    @Test func whatTwoChangesTouchTogetherIsNotTakenForWhatAThirdOneTouches() async throws {
      let yaml = """
        projection: item
        root: products
        fields:
          writers: {many: reviews, on: product_id, order: id, fields: [id, {name: {one: users, by: user_id, value: name}}]}
          pictures: {many: reviews, on: product_id, order: id, fields: [id, {files: {many: images, on: {review_id: id}, value: id}}]}
          count: {aggregates: reviews, on: product_id, fields: {n: count}}
          ratings: {many: reviews, on: product_id, order: id, value: rating}
        """
      try await DeclaredDocumentTests.with(
        ddl: """
          CREATE TABLE products (id bigint PRIMARY KEY, name text);
          CREATE TABLE reviews (id bigint PRIMARY KEY, product_id bigint, user_id bigint, rating integer);
          CREATE TABLE users (id bigint PRIMARY KEY, name text);
          CREATE TABLE images (id bigint PRIMARY KEY, review_id bigint);
          """, tables: ["products", "reviews", "users", "images"], yaml: yaml
      ) { bench in
        let users = Changes(table: "users")
        try await bench.apply([
          products("c", lsn: 1, after: #"{"id":1,"name":"lamp"}"#), users("c", lsn: 2, after: #"{"id":9,"name":"Ada"}"#),
          reviews("c", lsn: 3, after: #"{"id":5,"product_id":1,"user_id":9,"rating":4}"#),
        ])
        try await bench.apply([
          users("u", lsn: 4, after: #"{"id":9,"name":"Eve"}"#), Changes(table: "images")("c", lsn: 5, after: #"{"id":8,"review_id":5}"#),
        ])
        let document = try await bench.row("SELECT body FROM item WHERE key = 1")
        #expect(
          document
            == #"{"count": {"n": 1}, "ratings": [4], "writers": [{"id": 5, "name": "Eve"}], "pictures": [{"id": 5, "files": [8]}]}"#)
      }
    }

    @Test func fewDocumentsAreComputedByAPlanThatIsKept() async throws {
      try await DeclaredDocumentTests.with(
        ddl: Self.ddl, tables: ["products", "brands", "reviews", "option_groups", "options"], yaml: Self.yaml
      ) { bench in
        for lsn in Int64(1)...3 {
          try await bench.apply([products("u", lsn: lsn, after: #"{"id":1,"name":"lamp \#(lsn)","brand_id":7}"#)])
        }
        #expect(
          try await bench.row(
            "SELECT string_agg(DISTINCT generic_plans || ' ' || custom_plans, ',') FROM pg_prepared_statements WHERE statement LIKE 'WITH sluice_touched%'"
          )
            == "3 0")
        #expect(try await bench.row("SELECT body ->> 'name' FROM item") == "lamp 3")
      }
    }

    @Test func aFanOutComputesWhatItsWayLeadsTo() async throws {
      try await DeclaredDocumentTests.with(
        ddl: Self.ddl, tables: ["products", "brands", "reviews", "option_groups", "options"], yaml: Self.yaml
      ) { bench in
        let definition = bench.documents[0].definition
        let plan = TouchPlan(definition)
        let partial = try #require(definition.partial)
        func parts(_ table: String) throws -> DocumentParts {
          let rule = try #require(plan.rules.first { $0.table == table && $0.column != "brand_id" })
          return plan.parts(of: rule)
        }
        #expect(try parts("products") == DocumentParts(0).union(DocumentParts(1)), "brand and both, which are found by its column")
        let brand = try #require(plan.rules.first { $0.table == "brands" })
        #expect(plan.parts(behind: FanOutPath(brand)) == DocumentParts(0).union(DocumentParts(1)), "brand and both")
        #expect(try parts("reviews") == DocumentParts(1).union(DocumentParts(2)).union(DocumentParts(3)))
        #expect(try parts("options") == DocumentParts(4))
        #expect(plan.parts(behind: .key(of: definition)) == .all)
        #expect(partial.parts.count == 4)
        let path = FanOutPath(fromTable: "elsewhere", fromColumn: "x", hops: brand.hops)
        #expect(plan.parts(behind: path) == .all, "a way that no rule goes")
      }
    }
  }
}
