import BenchmarkSupport
import Commerce
import Postgres

/// What happens to a shop's catalogue in its write database: prices that move, reviews that come in, texts that are edited, options and tags
/// that change, now and then another name of a tag, a category or a brand.
struct ShopChanges {
  let products: Int
  /// Products of brand 1: the first ones.
  let renamed: Int

  private var size: CatalogueSize {
    CatalogueSize(products: Int64(products), brands: 600, sellers: 300, categories: 200, tags: 500)
  }

  /// Loads the catalogue, and makes what changes it.
  func prepare(_ connection: Connection) async throws {
    _ = try await CatalogueMigrations.migrator.migrate(connection)
    try await connection.execute("SET synchronous_commit = off")
    try await CatalogueLoader(size: size, batch: 1000).load(into: connection)
    try await connection.execute("UPDATE products SET brand_id = 1 WHERE id <= \(Int64(renamed))")
    try await connection.execute("UPDATE products SET brand_id = 2 WHERE id > \(Int64(renamed)) AND brand_id = 1")
    try await connection.executeScript(Self.procedure)
    try await connection.execute("VACUUM ANALYZE")
  }

  /// Makes `count` changes, a transaction each; some change no row, some several.
  ///
  /// - Returns: how many rows were inserted, updated and deleted.
  func apply(_ connection: Connection, count: Int, first: Int) async throws -> Int {
    try await connection.execute("SET synchronous_commit = off")
    let row = try await connection.query(
      "CALL change_shop(\(Int64(count)), \(Int64(first)), \(Int64(products)), 0::bigint)"
    ).single()
    return Int(try row[0, as: Int64.self])
  }

  /// Of twenty changes six are prices, four reviews, three texts, three options, three tags and categories, and one is a group's name.
  private static let procedure = """
    CREATE PROCEDURE change_shop(count bigint, first bigint, products bigint, INOUT changed bigint) LANGUAGE plpgsql AS $$
    DECLARE
      p bigint;
      touched bigint;
    BEGIN
      FOR n IN first..first + count - 1 LOOP
        p := (n * 7919) % products + 1;
        CASE
          WHEN n % 10000 = 9999 THEN UPDATE brands SET name = 'Brand ' || n, version = version + 1 WHERE id = n / 10000 % 500 + 2;
          WHEN n % 10000 = 4999 THEN UPDATE tags SET name = 'tag ' || n, version = version + 1 WHERE id = n / 10000 % 500 + 1;
          WHEN n % 20000 = 2499 THEN UPDATE categories SET name = 'Category ' || n, version = version + 1 WHERE id = n / 10000 % 200 + 1;
          WHEN n % 20 < 6 THEN UPDATE product_prices SET amount = (n % 99999)::numeric / 100 WHERE product_id = p AND currency = 'EUR';
          WHEN n % 20 < 10 THEN
            INSERT INTO reviews (product_id, author, rating, body) VALUES (p, 'Ada', n % 5 + 1, 'Review ' || n || ' of product ' || p || '.');
          WHEN n % 20 < 13 THEN
            UPDATE products SET description = 'Text ' || n || ' of product ' || p, version = version + 1, updated_at = clock_timestamp()
            WHERE id = p;
          WHEN n % 20 < 15 THEN UPDATE options SET surcharge = (n % 999)::numeric / 100 WHERE group_id = p * 10;
          WHEN n % 20 < 16 THEN
            INSERT INTO options (group_id, name, surcharge) SELECT id, 'Option ' || n, 1 FROM option_groups WHERE id = p * 10;
          WHEN n % 20 < 17 THEN INSERT INTO product_tags VALUES (p, n % 500 + 1) ON CONFLICT DO NOTHING;
          WHEN n % 20 < 18 THEN DELETE FROM product_tags WHERE product_id = p;
          WHEN n % 20 < 19 THEN INSERT INTO product_categories VALUES (p, n % 200 + 1) ON CONFLICT DO NOTHING;
          ELSE UPDATE option_groups SET name = 'Group ' || n WHERE product_id = p;
        END CASE;
        GET DIAGNOSTICS touched = ROW_COUNT;
        changed := changed + touched;
        COMMIT;
      END LOOP;
    END $$
    """
}
