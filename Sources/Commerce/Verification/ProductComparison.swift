public import Postgres
import ReadModels

/// Compares each product, computed from the tables of the write database, with its stored document.
///
/// The computation is written again here, over the write side's own tables, and shares nothing with the projection's: a mistake in the
/// projection's statement shows as a difference.
public struct ProductComparison: Sendable {
  private let pageSize: Int

  /// Compares in pages of so many products.
  public init(pageSize: Int = 500) {
    self.pageSize = max(1, pageSize)
  }

  /// Runs the comparison; both sides must be at rest.
  public func run(write: Connection, read: Connection) async throws -> ComparisonReport {
    let comparison = DocumentComparison(
      page: { after, limit in
        """
        WITH page AS (
          SELECT * FROM public.products WHERE id > \(after.flatMap { Int64($0) } ?? Int64.min) ORDER BY id LIMIT \(Int64(limit))
        ), price AS (
          SELECT product_id, jsonb_agg(jsonb_build_object('amount', amount, 'currency', currency) ORDER BY currency COLLATE "C") AS items
          FROM public.product_prices JOIN page ON page.id = product_id GROUP BY product_id
        ), category AS (
          SELECT x.product_id, jsonb_agg(to_jsonb(c) - 'version' ORDER BY c.id) AS items
          FROM page JOIN public.product_categories x ON x.product_id = page.id JOIN public.categories c ON c.id = x.category_id
          GROUP BY x.product_id
        ), tag AS (
          SELECT x.product_id, jsonb_agg(to_jsonb(t) - 'version' ORDER BY t.id) AS items
          FROM page JOIN public.product_tags x ON x.product_id = page.id JOIN public.tags t ON t.id = x.tag_id
          GROUP BY x.product_id
        ), review AS (
          SELECT product_id, count(*) AS count, round(avg(rating), 2) AS average, array_agg(public.reviews.id ORDER BY reviews.id DESC) AS ids
          FROM public.reviews JOIN page ON page.id = product_id GROUP BY product_id
        ), option AS (
          SELECT o.group_id, jsonb_agg(to_jsonb(o) - 'group_id' ORDER BY o.id) AS items
          FROM public.options o JOIN public.option_groups g ON g.id = o.group_id JOIN page ON page.id = g.product_id GROUP BY o.group_id
        ), choice AS (
          SELECT g.product_id,
            jsonb_agg(to_jsonb(g) - 'product_id' || jsonb_build_object('options', coalesce(option.items, '[]')) ORDER BY g.id) AS items
          FROM page JOIN public.option_groups g ON g.product_id = page.id LEFT JOIN option ON option.group_id = g.id GROUP BY g.product_id
        )
        SELECT page.id::text AS key, (
          to_jsonb(page) - '{brand_id,seller_id,created_at,updated_at}'::text[] || jsonb_build_object(
            'createdAt', to_char(timezone('UTC', page.created_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'updatedAt', to_char(timezone('UTC', page.updated_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'brand', to_jsonb(b) - 'version', 'seller', to_jsonb(s) - 'version',
            'prices', coalesce(price.items, '[]'), 'price', price.items -> 0,
            'categories', coalesce(category.items, '[]'), 'tags', coalesce(tag.items, '[]'),
            'rating', jsonb_build_object('count', coalesce(review.count, 0), 'average', review.average),
            'reviews', coalesce((
              SELECT jsonb_agg(jsonb_build_object('id', r.id, 'author', r.author, 'rating', r.rating, 'body', r.body, 'createdAt',
                to_char(timezone('UTC', r.created_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ORDER BY r.id DESC)
              FROM public.reviews r WHERE r.id = ANY(review.ids[1:\(unescaped: String(ProductDocuments.listedReviews))])), '[]'),
            'optionGroups', coalesce(choice.items, '[]')))::text AS body
        FROM page JOIN public.brands b ON b.id = page.brand_id JOIN public.sellers s ON s.id = page.seller_id
        LEFT JOIN price ON price.product_id = page.id LEFT JOIN category ON category.product_id = page.id
        LEFT JOIN tag ON tag.product_id = page.id LEFT JOIN review ON review.product_id = page.id
        LEFT JOIN choice ON choice.product_id = page.id
        ORDER BY page.id
        """
      },
      documents: { after, upTo in
        """
        SELECT key::text AS key, body::text AS body FROM public.products
        WHERE body IS NOT NULL AND key > \(after.flatMap { Int64($0) } ?? Int64.min) AND key <= \(upTo.flatMap { Int64($0) } ?? Int64.max)
        """
      },
      pageSize: pageSize)
    return try await comparison.run(write: write, read: read)
  }
}
