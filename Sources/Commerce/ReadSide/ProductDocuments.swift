public import ReadModels

/// The product documents: each product with its prices, tags, categories, reviews, option groups and options, brand and seller.
public enum ProductDocuments {
  /// The documents' table, for queries: `public.products`, keyed by product.
  public static var table: DocumentTable { definition().location }

  /// The mirrored tables that the documents are made of, in schema `public` of the write database.
  public static var sourceTables: [String] { CatalogueMigrations.tables }

  /// The newest reviews that a document lists; its count and average cover all.
  public static let listedReviews = 100

  /// The declaration for a ``DocumentProjection``.
  ///
  /// - Parameter namespace: where the catalogue's mirrors live; default: those of topic prefix `shop`.
  public static func definition(namespace: MirrorNamespace = MirrorNamespace(topicPrefix: "shop")) -> DocumentDefinition {
    DocumentDefinition(
      name: "product", table: "products", rootTable: "products", rootColumn: "id", keyType: "bigint",
      touches: [
        .column("id", of: "products"),
        .column("product_id", of: "product_prices"),
        .column("product_id", of: "product_categories"),
        .column("product_id", of: "product_tags"),
        .column("product_id", of: "reviews"),
        .column("product_id", of: "option_groups"),
        .column("group_id", of: "options", through: [.parent("option_groups", key: "id", then: "product_id")]),
        .column("id", of: "brands", through: [.children("products", foreignKey: "brand_id", then: "id")]),
        .column("id", of: "sellers", through: [.children("products", foreignKey: "seller_id", then: "id")]),
        .column("id", of: "categories", through: [.children("product_categories", foreignKey: "category_id", then: "product_id")]),
        .column("id", of: "tags", through: [.children("product_tags", foreignKey: "tag_id", then: "product_id")]),
      ],
      recompute: recompute(namespace.views), numericIndexes: [["price", "amount"]])
  }

  private static func recompute(_ views: String) -> String {
    """
    SELECT p.id AS key, jsonb_build_object(
      'id', p.id, 'name', p.name, 'description', p.description, 'status', p.status, 'version', p.version,
      'createdAt', \(time("p.created_at")), 'updatedAt', \(time("p.updated_at")),
      'brand', (SELECT jsonb_build_object('id', b.id, 'name', b.name) FROM \(views).brands b WHERE b.id = p.brand_id),
      'seller', (SELECT jsonb_build_object('id', s.id, 'name', s.name) FROM \(views).sellers s WHERE s.id = p.seller_id),
      'price', prices.list -> 0, 'prices', coalesce(prices.list, '[]'),
      'categories', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name) ORDER BY c.id)
        FROM \(views).product_categories pc JOIN \(views).categories c ON c.id = pc.category_id WHERE pc.product_id = p.id), '[]'),
      'tags', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) ORDER BY t.id)
        FROM \(views).product_tags pt JOIN \(views).tags t ON t.id = pt.tag_id WHERE pt.product_id = p.id), '[]'),
      'rating', jsonb_build_object('count', coalesce(reviews.count, 0), 'average', reviews.average),
      'reviews', coalesce(reviews.list, '[]'),
      'optionGroups', coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'options', coalesce((
          SELECT jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'surcharge', o.surcharge) ORDER BY o.id)
          FROM \(views).options o WHERE o.group_id = g.id), '[]')) ORDER BY g.id)
        FROM \(views).option_groups g WHERE g.product_id = p.id), '[]')
    ) AS body
    FROM \(views).products p
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('currency', pp.currency, 'amount', pp.amount) ORDER BY pp.currency COLLATE "C") AS list
      FROM \(views).product_prices pp WHERE pp.product_id = p.id) prices ON true
    LEFT JOIN LATERAL (
      SELECT sum(n) AS count, round(sum(total)::numeric / sum(n), 2) AS average, jsonb_agg(item ORDER BY id DESC) FILTER (WHERE item IS NOT NULL) AS list
      FROM (
        SELECT r.id, 1 AS n, r.rating AS total,
          CASE WHEN row_number() OVER (ORDER BY r.id DESC) <= \(listedReviews) THEN jsonb_build_object(
            'id', r.id, 'author', r.author, 'rating', r.rating, 'body', r.body, 'createdAt', \(time("r.created_at"))) END AS item
        FROM \(views).reviews r WHERE r.product_id = p.id) each) reviews ON true
    WHERE p.id = ANY($1)
    """
  }

  private static func time(_ column: String) -> String {
    "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
  }
}
