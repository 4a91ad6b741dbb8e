import ReadModels

/// A small shop: what the documents' tests are about.
enum Shop {
  static let ddl = """
    CREATE TABLE brands (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE products (id bigint PRIMARY KEY, name text NOT NULL, brand_id bigint);
    CREATE TABLE reviews (id bigint PRIMARY KEY, product_id bigint NOT NULL, rating integer NOT NULL);
    CREATE TABLE option_groups (id bigint PRIMARY KEY, product_id bigint NOT NULL, name text NOT NULL);
    CREATE TABLE options (id bigint PRIMARY KEY, group_id bigint NOT NULL, name text NOT NULL);
    """

  static let tables = ["brands", "products", "reviews", "option_groups", "options"]

  static let product = DocumentDefinition(
    name: "product", table: "product_documents", rootTable: "products",
    touches: [
      .column("product_id", of: "reviews"),
      .column("product_id", of: "option_groups"),
      .column("group_id", of: "options", through: [.parent("option_groups", key: "id", then: "product_id")]),
      .column("id", of: "brands", through: [.children("products", foreignKey: "brand_id", then: "id")]),
    ],
    recompute: """
      SELECT p.id AS key, jsonb_build_object(
        'id', p.id, 'name', p.name, 'brand', b.name,
        'ratings', (SELECT count(*) FROM shop.reviews r WHERE r.product_id = p.id),
        'options', coalesce((
          SELECT jsonb_agg(o.name ORDER BY o.id) FROM shop.options o JOIN shop.option_groups g ON g.id = o.group_id
          WHERE g.product_id = p.id), '[]')) AS body
      FROM shop.products p LEFT JOIN shop.brands b ON b.id = p.brand_id WHERE p.id = ANY($1)
      """, numericIndexes: [["ratings"]])
}
