import Foundation
import Postgres
import Syncer
import TestSupport
import Testing

@testable import ReadModels

extension OnPostgres {
  /// Ten tables whose topics are read in random interleavings: each document ends as the write model's SQL computes it, and never shows a row
  /// in a state older than one that it has shown.
  @Suite struct RandomOrderTests {
    static let ddl = """
      CREATE TABLE countries (id bigint PRIMARY KEY, version bigint, name text);
      CREATE TABLE brands (id bigint PRIMARY KEY, version bigint, country_id integer, name text);
      CREATE TABLE products (id bigint PRIMARY KEY, version bigint, brand_id bigint, status text, gone boolean);
      CREATE TABLE reviews (id bigint PRIMARY KEY, version bigint, product_id bigint, rating integer);
      CREATE TABLE option_groups (id bigint PRIMARY KEY, version bigint, product_id bigint);
      CREATE TABLE options (id bigint PRIMARY KEY, version bigint, group_id bigint);
      CREATE TABLE tags (id bigint PRIMARY KEY, version bigint, name text);
      CREATE TABLE product_tags (id bigint PRIMARY KEY, version bigint, product_id bigint, tag_id bigint);
      CREATE TABLE stock (house integer, sku text, version bigint, PRIMARY KEY (house, sku));
      CREATE TABLE moves (id bigint PRIMARY KEY, version bigint, house integer, sku text, amount integer);
      """
    static let tables = [
      "countries", "brands", "products", "reviews", "option_groups", "options", "tags", "product_tags", "stock", "moves",
    ]
    /// Columns beside id and version, and how many different values each has.
    static let columns: [String: [(name: String, values: [String])]] = {
      func numbers(_ count: Int) -> [String] { ["NULL"] + (1...count).map(String.init) }
      let names = ["'a'", "'b'", "'c, d'", "'100%'"]
      return [
        "countries": [("name", names)], "brands": [("country_id", numbers(2)), ("name", names)],
        "products": [("brand_id", numbers(3)), ("status", ["'on'", "'on'", "'draft'"]), ("gone", ["false", "false", "false", "true"])],
        "reviews": [("product_id", numbers(5)), ("rating", numbers(5))], "option_groups": [("product_id", numbers(5))],
        "options": [("group_id", numbers(4))], "tags": [("name", names)],
        "product_tags": [("product_id", numbers(5)), ("tag_id", numbers(3))],
        "stock": [], "moves": [("house", numbers(2)), ("sku", names), ("amount", numbers(9))],
      ]
    }()
    static let rows = ["countries": 2, "brands": 3, "products": 5, "option_groups": 4, "tags": 3, "stock": 8]

    static let yaml = """
      projections:
        - projection: item
          root: products
          where: status <> 'draft'
          soft_delete: gone
          fields:
            id:
            row: {object: {name: {sql: "'product ' || id"}, version: version}}
            brand:
              one: brands
              by: brand_id
              fields:
                row: {object: {name: {sql: "'brand ' || id"}, version: version}}
                country: {one: countries, by: country_id, fields: {row: {object: {name: {sql: "'country ' || id"}, version: version}}}}
            rating: {aggregates: reviews, on: product_id, fields: {count: count, average: {average: rating, round: 2}, best: {max: rating}}}
            newest: {one: reviews, on: product_id, order: id desc, fields: {row: {object: {name: {sql: "'review ' || id"}, version: version}}}}
            reviews: {many: reviews, on: product_id, order: rating desc nulls last, limit: 3, value: id}
            groups:
              many: option_groups
              on: product_id
              fields:
                row: {object: {name: {sql: "'group ' || id"}, version: version}}
                options:
                  many: options
                  on: group_id
                  fields: {row: {object: {name: {sql: "'option ' || id"}, version: version}}}
            optionCount: {aggregates: options, through: {table: option_groups, on: product_id}, on: group_id, value: count}
            tags: {many: tags, through: {table: product_tags, on: product_id}, by: tag_id, order: name, value: name}
            siblings: {many: products, through: {table: brands, by: brand_id}, on: brand_id, where: status = 'on', limit: 3, value: id}
        - projection: country
          table: country_documents
          root: countries
          fields:
            name:
            brands: {aggregates: brands, on: country_id, value: count}
            rated:
              aggregates: reviews
              through: [{table: brands, on: country_id}, {table: products, on: brand_id, where: status = 'on'}]
              on: product_id
              fields: {count: count, good: {count: , where: rating > 3}, sum: {sum: rating, empty: 0}}
            tags:
              many: tags
              through: [{table: brands, on: country_id}, {table: products, on: brand_id}, {table: product_tags, on: product_id}]
              by: tag_id
              value: id
        - projection: place
          root: stock
          key: [house, sku]
          fields:
            "*":
            moved: {aggregates: moves, on: {house: house, sku: sku}, fields: {sum: {sum: amount, empty: 0}, count: count}}
      """

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func documentsEndAsTheWriteModelSays(_ seed: UInt64) async throws {
      try await DeclaredDocumentTests.with(ddl: Self.ddl, tables: Self.tables, yaml: Self.yaml) { bench in
        var random = SeededRandom(seed: seed)
        var topics: [String: [ChangeRecord]] = [:]
        for step in 0..<350 {
          let table = Self.tables[Int.random(in: 0..<Self.tables.count, using: &random)]
          if let change = try await Self.change(table, lsn: Int64(step + 1) * 10, bench, &random) {
            topics[table, default: []].append(change)
          }
        }
        var shown: [String: Int] = [:]
        while !topics.isEmpty {
          // One topic may run far ahead of the others.
          var batch: [ChangeRecord] = []
          for _ in 0...Int.random(in: 0...2, using: &random) {
            guard let table = topics.keys.sorted().randomElement(using: &random), var records = topics[table] else { break }
            let count = min(records.count, Int.random(in: 1...8, using: &random))
            batch += records.prefix(count)
            records.removeFirst(count)
            topics[table] = records.isEmpty ? nil : records
          }
          try await bench.apply(batch)
          try await Self.expectNoStepBack(bench, &shown)
        }
        #expect(shown.count > 5, "the test looks at rows")
        for document in bench.documents {
          let table = document.definition.location.qualifiedName
          let stored = try await bench.rows("SELECT key::text, body FROM \(table) WHERE body IS NOT NULL ORDER BY key")
          let expected = try await Self.expected(document.definition, bench)
          #expect(stored == expected, "\(document.definition.name), seed \(seed)")
          #expect(stored.count > 0)
        }
      }
    }

    /// The projection's statement over the write model's own tables.
    private static func expected(_ definition: DocumentDefinition, _ bench: ReadModelBench) async throws -> [String] {
      let root = definition.name == "place" ? "stock" : definition.rootTable
      let keys =
        definition.name == "place"
        ? "(SELECT array_agg(house || ',' || replace(replace(sku, '%', '%25'), ',', '%2C')) FROM public.stock)"
        : "(SELECT array_agg(id) FROM public.\(root))"
      let statement = definition.recompute.replacing("\"shop\".", with: "public.").replacing("$1", with: "\(keys)::\(definition.keyType)[]")
      return try await bench.rows("SELECT key::text, body FROM (\(statement)) d ORDER BY d.key")
    }

    /// A random change of the write model, and its event. Deletes carry the key alone, as with REPLICA IDENTITY DEFAULT.
    private static func change(
      _ table: String, lsn: Int64, _ bench: ReadModelBench, _ random: inout SeededRandom
    ) async throws -> ChangeRecord? {
      let number = Int.random(in: 1...(rows[table] ?? 12), using: &random)
      let skus = ["a", "b", "c, d", "100%"]
      let isStock = table == "stock"
      let key = isStock ? "house = \(number % 2 + 1) AND sku = '\(skus[number / 2 % 4])'" : "id = \(number)"
      let exists = try await bench.row("SELECT 1 FROM \(table) WHERE \(key)") != nil
      let changes = Changes(table: table)
      if exists, Int.random(in: 0..<4, using: &random) == 0 {
        let before = try await bench.row(
          "SELECT json_build_object(\(isStock ? "'house', house, 'sku', sku" : "'id', id")) FROM \(table) WHERE \(key)")
        try await bench.connection.executeScript("DELETE FROM \(table) WHERE \(key)")
        return changes("d", lsn: lsn, before: before, lastCommit: lsn - 5)
      }
      let values = (columns[table] ?? []).map { ($0.name, $0.values.randomElement(using: &random) ?? "NULL") }
      if exists {
        let sets = ["version = \(lsn)"] + values.map { "\($0.0) = \($0.1)" }
        try await bench.connection.executeScript("UPDATE \(table) SET \(sets.joined(separator: ", ")) WHERE \(key)")
      } else {
        let keyNames = isStock ? "house, sku" : "id"
        let keyValues = isStock ? "\(number % 2 + 1), '\(skus[number / 2 % 4])'" : "\(number)"
        try await bench.connection.executeScript(
          """
          INSERT INTO \(table) (\(([keyNames, "version"] + values.map(\.0)).joined(separator: ", ")))
          VALUES (\(([keyValues, "\(lsn)"] + values.map(\.1)).joined(separator: ", ")))
          """)
      }
      let after = try await bench.row("SELECT row_to_json(t) FROM \(table) t WHERE \(key)")
      return changes(exists ? "u" : "c", lsn: lsn, after: after, lastCommit: lsn - 5)
    }

    /// Each row's version, in each document, is at least the one that the document has shown before.
    private static func expectNoStepBack(_ bench: ReadModelBench, _ shown: inout [String: Int]) async throws {
      let rows = try await bench.rows(
        """
        SELECT d.key || ' ' || (r->>'name') || ' ' || (r->>'version') FROM public.item d, jsonb_path_query(d.body, '$.**.row') r
        """)
      for row in rows {
        let words = row.split(separator: " ")
        guard let version = words.last.flatMap({ Int($0) }) else { continue }
        let name = words.dropLast().joined(separator: " ")
        #expect(version >= shown[name] ?? 0, "\(name) has gone back")
        shown[name] = max(version, shown[name] ?? 0)
      }
    }
  }
}
