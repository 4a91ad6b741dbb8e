import Commerce
import Postgres
import Testing

struct CatalogueLoaderTests {
  private let size = CatalogueSize(products: 250, brands: 7, sellers: 5, categories: 6, tags: 9)

  @Test func theSameRowsAndOnlyOnce() async throws {
    try await ShopDatabase.run { shop in
      let digests = Progress()
      let loader = CatalogueLoader(size: size, batch: 100)
      let rows = try await shop.pool.withConnection { connection in
        try await loader.load(into: connection) { await digests.add($0) }
      }
      #expect(await digests.all == [100, 200, 250])
      var stored: Int64 = 0
      for table in CatalogueMigrations.tables { stored += try await shop.number("SELECT count(*) FROM \(identifier: table)") }
      #expect(stored == Int64(rows) && rows > 1000)
      #expect(try await shop.pool.withConnection { try await loader.load(into: $0) } == 0)
      #expect(try await shop.number("SELECT count(*) FROM products WHERE version <> 1") == 0)
      let digest = try await content(of: shop)
      try await ShopDatabase.run { other in
        _ = try await other.pool.withConnection { try await CatalogueLoader(size: size, batch: 33).load(into: $0) }
        let same = try await content(of: other)
        #expect(same == digest)
      }
    }
  }

  private func content(of shop: ShopDatabase) async throws -> String {
    try await shop.pool.query(
      """
      SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
        SELECT (p.id, p.name, p.description, p.brand_id, p.seller_id)::text AS line FROM products p
        UNION ALL SELECT (r.id, r.product_id, r.author, r.rating, r.body)::text FROM reviews r
        UNION ALL SELECT (o.id, o.group_id, o.name, o.surcharge)::text FROM options o
        UNION ALL SELECT (product_id, currency, amount)::text FROM product_prices
        UNION ALL SELECT t::text FROM product_tags t) all_lines
      """
    ).single()[0, as: String.self]
  }

  private actor Progress {
    var all: [Int64] = []
    func add(_ products: Int64) { all.append(products) }
  }
}
