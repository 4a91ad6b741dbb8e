import Postgres

extension CatalogueStore {
  /// Gives a product a tag; false where it has it.
  func addTag(_ tag: Int64, to product: Int64) async throws -> Bool {
    try await connection.execute(
      "INSERT INTO public.product_tags (product_id, tag_id) VALUES (\(product), \(tag)) ON CONFLICT DO NOTHING") == 1
  }

  /// Takes a tag from a product; false where it does not have it.
  func removeTag(_ tag: Int64, from product: Int64) async throws -> Bool {
    try await connection.execute("DELETE FROM public.product_tags WHERE product_id = \(product) AND tag_id = \(tag)") == 1
  }

  /// Puts a product into a category; false where it is there.
  func addCategory(_ category: Int64, to product: Int64) async throws -> Bool {
    try await connection.execute(
      "INSERT INTO public.product_categories (product_id, category_id) VALUES (\(product), \(category)) ON CONFLICT DO NOTHING") == 1
  }

  /// Takes a product out of a category; false where it is not there.
  func removeCategory(_ category: Int64, from product: Int64) async throws -> Bool {
    try await connection.execute(
      "DELETE FROM public.product_categories WHERE product_id = \(product) AND category_id = \(category)") == 1
  }

  /// Adds a review.
  func addReview(_ id: Int64, to product: Int64, author: String, rating: Int64, body: String?) async throws {
    try await connection.execute(
      """
      INSERT INTO public.reviews (id, product_id, author, rating, body)
      VALUES (\(id), \(product), \(author), \(rating), \(bind: body.postgresBind)::text)
      """)
  }

  /// Removes a review of a product; false where the product does not have it.
  func removeReview(_ id: Int64, from product: Int64) async throws -> Bool {
    try await connection.execute("DELETE FROM public.reviews WHERE id = \(id) AND product_id = \(product)") == 1
  }

  /// Adds an option group.
  func addGroup(_ id: Int64, to product: Int64, name: String) async throws {
    try await connection.execute("INSERT INTO public.option_groups (id, product_id, name) VALUES (\(id), \(product), \(name))")
  }

  /// Whether a group is a product's.
  func hasGroup(_ id: Int64, of product: Int64) async throws -> Bool {
    try await !connection.query("SELECT 1 FROM public.option_groups WHERE id = \(id) AND product_id = \(product)").isEmpty
  }

  /// Removes a group of a product with its options; false where the product does not have it.
  func removeGroup(_ id: Int64, from product: Int64) async throws -> Bool {
    try await connection.execute("DELETE FROM public.option_groups WHERE id = \(id) AND product_id = \(product)") == 1
  }

  /// Adds an option to a group.
  func addOption(_ id: Int64, to group: Int64, name: String, surcharge: Money) async throws {
    try await connection.execute(
      """
      INSERT INTO public.options (id, group_id, name, surcharge)
      VALUES (\(id), \(group), \(name), \(surcharge.description, as: "numeric"))
      """)
  }

  /// Removes an option of a product; false where the product does not have it.
  func removeOption(_ id: Int64, from product: Int64) async throws -> Bool {
    try await connection.execute(
      """
      DELETE FROM public.options o USING public.option_groups g
      WHERE o.id = \(id) AND g.id = o.group_id AND g.product_id = \(product)
      """) == 1
  }
}
