public import Postgres

/// Loads the sample catalogue: the same rows for the same seed, in batches, each with all rows of its products in one transaction.
///
/// Repeatable: rows that exist stay as they are.
public struct CatalogueLoader: Sendable {
  /// How large the catalogue is.
  public let size: CatalogueSize
  private let seed: UInt64
  private let batch: Int64

  /// Creates a loader.
  ///
  /// - Parameters:
  ///   - size: how much to load.
  ///   - seed: another seed, another catalogue.
  ///   - batch: products per transaction.
  public init(size: CatalogueSize = CatalogueSize(), seed: UInt64 = 1, batch: Int64 = 100) {
    self.size = size
    self.seed = seed
    self.batch = max(1, batch)
  }

  /// Loads; `progress` is called with the number of products after each commit.
  ///
  /// - Returns: how many rows were inserted, in all tables.
  @discardableResult
  public func load(
    into connection: Connection, progress: @Sendable (_ products: Int64) async -> Void = { _ in }
  ) async throws -> Int {
    var rows = try await loadReferences(into: connection)
    var first: Int64 = 1
    while first <= size.products {
      try Task.checkCancellation()
      let ids = first...min(size.products, first + batch - 1)
      let products = ids.map { SampleProduct(id: $0, seed: seed, size: size) }
      rows += try await connection.transaction { connection in
        var count = 0
        for result in try await connection.pipeline(Self.inserts(products)) { count += try result.get().affectedRows }
        return count
      }
      first = ids.upperBound + 1
      await progress(ids.upperBound)
    }
    return rows
  }

  private func loadReferences(into connection: Connection) async throws -> Int {
    try await connection.transaction { connection in
      var count = 0
      for (table, noun, number) in [
        (Brand.table, "Brand", size.brands), (Seller.table, "Seller", size.sellers), (Category.table, "Category", size.categories),
        (Tag.table, "tag", size.tags),
      ] {
        count += try await connection.execute(
          """
          INSERT INTO public.\(identifier: table) (id, name)
          SELECT n, \(noun)::text || ' ' || n FROM generate_series(1, \(number)::bigint) AS n ON CONFLICT DO NOTHING
          """)
      }
      return count
    }
  }

  /// One statement per table, parents first.
  private static func inserts(_ products: [SampleProduct]) -> [Query] {
    let prices = products.flatMap { product in product.prices.map { (product.id, $0.currency, $0.amount.description) } }
    let categories = products.flatMap { product in product.categoryIDs.map { (product.id, $0) } }
    let tags = products.flatMap { product in product.tagIDs.map { (product.id, $0) } }
    let reviews = products.flatMap { product in product.reviews.map { (product.id, $0) } }
    let groups = products.flatMap { product in product.groups.map { (product.id, $0) } }
    let options = groups.flatMap { _, group in group.options.map { (group.id, $0) } }
    return [
      """
      INSERT INTO public.products (id, name, description, brand_id, seller_id)
      SELECT * FROM unnest(\(products.map(\.id))::bigint[], \(products.map(\.name))::text[],
        \(textArray: products.map(\.description), as: "text[]"), \(products.map(\.brandID))::bigint[], \(products.map(\.sellerID))::bigint[])
      ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.product_prices (product_id, currency, amount)
      SELECT * FROM unnest(\(prices.map(\.0))::bigint[], \(prices.map(\.1))::text[], \(textArray: prices.map(\.2), as: "numeric[]"))
      ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.product_categories (product_id, category_id)
      SELECT * FROM unnest(\(categories.map(\.0))::bigint[], \(categories.map(\.1))::bigint[]) ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.product_tags (product_id, tag_id)
      SELECT * FROM unnest(\(tags.map(\.0))::bigint[], \(tags.map(\.1))::bigint[]) ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.reviews (id, product_id, author, rating, body)
      SELECT * FROM unnest(\(reviews.map(\.1.id))::bigint[], \(reviews.map(\.0))::bigint[], \(reviews.map(\.1.author))::text[],
        \(reviews.map(\.1.rating))::bigint[], \(textArray: reviews.map(\.1.body), as: "text[]"))
      ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.option_groups (id, product_id, name)
      SELECT * FROM unnest(\(groups.map(\.1.id))::bigint[], \(groups.map(\.0))::bigint[], \(groups.map(\.1.name))::text[])
      ON CONFLICT DO NOTHING
      """,
      """
      INSERT INTO public.options (id, group_id, name, surcharge)
      SELECT * FROM unnest(\(options.map(\.1.id))::bigint[], \(options.map(\.0))::bigint[], \(options.map(\.1.name))::text[],
        \(textArray: options.map(\.1.surcharge.description), as: "numeric[]"))
      ON CONFLICT DO NOTHING
      """,
    ]
  }
}
