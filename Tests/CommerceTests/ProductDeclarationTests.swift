import Commerce
import Foundation
import Postgres
import ReadModels
import Testing

struct ProductDeclarationTests {
  /// The program carries the file with it: they must say the same.
  @Test func theProgramsDeclarationIsTheFiles() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../compose/projections/product.yaml")
    #expect(try String(contentsOf: file, encoding: .utf8) == ProductDocuments.yaml)
    #expect(try ProductDocuments.declarations.declarations.map(\.table) == [ProductDocuments.table.table])
  }

  /// The examples are right for the shop's tables, and the second one's numbers are those of the write model.
  @Test func theExamplesAreAboutTheShop() async throws {
    try await ShopDatabase.withReadSide { shop, read in
      _ = try await shop.pool.withConnection { try await CatalogueLoader(size: CatalogueSize(products: 60, sellers: 3)).load(into: $0) }
      let catalog = try await shop.pool.withConnection {
        try await MirrorCatalog.load(
          from: $0, tables: ProductDocuments.sourceTables, namespace: MirrorNamespace(tables: "public", views: "public"))
      }
      let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../compose/projections").standardizedFileURL
      let definitions = try await DeclaredProjections.load([folder.path]).definitions(over: catalog.mirrors(), checkedOn: read)
      #expect(definitions.map(\.name) == ["product", "seller_overview"])
      let statement = try #require(definitions.last).recompute.replacing("$1", with: "(SELECT array_agg(id) FROM sellers)::bigint[]")
      let rows = try await shop.pool.query(
        """
        SELECT count(*), bool_and((d.body->'products'->>'count')::bigint = (SELECT count(*) FROM products p WHERE p.seller_id = d.key)
          AND (d.body->'rating'->>'average')::numeric IS NOT DISTINCT FROM (
            SELECT round(avg(r.rating), 2) FROM reviews r JOIN products p ON p.id = r.product_id WHERE p.seller_id = d.key)
          AND jsonb_array_length(d.body->'brands') = (SELECT count(DISTINCT brand_id) FROM products p WHERE p.seller_id = d.key))
        FROM (\(unescaped: statement)) d
        """)
      #expect(try rows.single()[0, as: Int64.self] == 3)
      #expect(try rows.single()[1, as: Bool.self])
    }
  }
}
