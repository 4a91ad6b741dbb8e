import Commerce
import Postgres
import Testing

struct ProductComparisonTests {
  @Test func theProjectionEqualsTheIndependentComputation() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: CatalogueSize(products: 300)).load(into: $0) }
      try await shop.project(to: read)
      let report = try await shop.pool.withConnection { try await ProductComparison(pageSize: 64).run(write: $0, read: read) }
      #expect(report.differences == 0 && report.compared == 300, "\(report)")
    }
  }

  @Test func aDocumentListsTheNewestReviewsAndCountsAll() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      let size = CatalogueSize(products: 1, brands: 1, sellers: 1, categories: 1, tags: 1)
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: size).load(into: $0) }
      try await shop.pool.execute(
        "INSERT INTO reviews (id, product_id, author, rating) SELECT n + 10000, 1, 'a', 1 + n % 5 FROM generate_series(1, 130) n")
      try await shop.project(to: read)
      let report = try await shop.pool.withConnection { try await ProductComparison().run(write: $0, read: read) }
      #expect(report.differences == 0, "\(report)")
      let row = try await read.query(
        "SELECT jsonb_array_length(body->'reviews') AS listed, (body->'rating'->>'count')::bigint AS count, (body->'reviews'->0->>'id')::bigint AS newest FROM public.products"
      ).single()
      #expect(try row["listed", as: Int64.self] == Int64(ProductDocuments.listedReviews))
      #expect(try row["count", as: Int64.self] >= 130)
      #expect(try row["newest", as: Int64.self] == 10130)
    }
  }

  @Test func eachKindOfDifferenceIsFound() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: CatalogueSize(products: 30)).load(into: $0) }
      try await shop.project(to: read)
      try await read.execute("DELETE FROM public.products WHERE key = 7")
      try await read.execute("UPDATE public.products SET body = jsonb_set(body, '{brand,name}', '\"other\"') WHERE key = 9")
      try await read.execute("INSERT INTO public.products (key, version, body) VALUES (999, 1, '{}'), (-1, 1, '{}')")
      try await read.execute("UPDATE public.products SET body = NULL WHERE key = 30")
      let report = try await shop.pool.withConnection { try await ProductComparison(pageSize: 10).run(write: $0, read: read) }
      #expect(
        report.samples.map(\.description).sorted()
          == ["-1: extra", "30: missing", "7: missing", "999: extra", "9: different in brand"].sorted())
      #expect(report.differences == 5)
    }
  }
}
