import Postgres

extension CatalogueStore {
  /// What commands need to know of a product; nil where there is none.
  func product(_ id: Int64) async throws -> ProductRow? {
    let rows = try await connection.query("SELECT version, status FROM public.products WHERE id = \(id)")
    return try rows.first.map { row in
      ProductRow(
        id: id, version: try row["version", as: Int64.self], isDiscontinued: try row["status", as: String.self] == "discontinued")
    }
  }

  /// Inserts a product with version 1.
  func insertProduct(_ id: Int64, name: String, description: String?, brandID: Int64, sellerID: Int64) async throws {
    try await connection.execute(
      """
      INSERT INTO public.products (id, name, description, brand_id, seller_id)
      VALUES (\(id), \(name), \(bind: description.postgresBind)::text, \(brandID), \(sellerID))
      """)
  }

  /// Raises a product's version by one.
  func raiseVersion(of product: Int64) async throws {
    try await connection.execute(
      "UPDATE public.products SET version = version + 1, updated_at = clock_timestamp() WHERE id = \(product)")
  }

  /// Names a product.
  func rename(product: Int64, to name: String) async throws {
    try await connection.execute("UPDATE public.products SET name = \(name) WHERE id = \(product)")
  }

  /// Describes a product, or takes its description away.
  func describe(product: Int64, as description: String?) async throws {
    try await connection.execute(
      "UPDATE public.products SET description = \(bind: description.postgresBind)::text WHERE id = \(product)")
  }

  /// Moves a product to another brand and seller.
  func move(product: Int64, toBrand brand: Int64, seller: Int64) async throws {
    try await connection.execute("UPDATE public.products SET brand_id = \(brand), seller_id = \(seller) WHERE id = \(product)")
  }

  /// Marks a product as discontinued.
  func discontinue(product: Int64) async throws {
    try await connection.execute("UPDATE public.products SET status = 'discontinued' WHERE id = \(product)")
  }

  /// Deletes a product. Its prices, tags, categories, reviews and options go by the foreign keys, each with its own change in the WAL.
  func delete(product: Int64) async throws {
    try await connection.execute("DELETE FROM public.products WHERE id = \(product)")
  }

  /// Sets a product's price in one currency.
  func setPrice(of product: Int64, currency: String, amount: Money) async throws {
    try await connection.execute(
      """
      INSERT INTO public.product_prices (product_id, currency, amount)
      VALUES (\(product), \(currency), \(amount.description, as: "numeric"))
      ON CONFLICT (product_id, currency) DO UPDATE SET amount = excluded.amount
      """)
  }
}
