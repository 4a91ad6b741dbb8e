public import Commands
import Postgres

/// `tag-product`: `{"productId", "tagId"}`.
public struct TagProduct: ProductCommand {
  /// `tag-product`.
  public static let name = "tag-product"
  /// The product.
  public let productID: Int64
  let tagID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    tagID = try fields.identifier("tagId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.require(Tag.table, id: tagID, noun: Tag.noun)
    let added = try await context.connection.execute(
      "INSERT INTO public.product_tags (product_id, tag_id) VALUES (\(productID), \(tagID)) ON CONFLICT DO NOTHING")
    guard added == 1 else { throw CommandError.rejected(rule: "product \(productID) has tag \(tagID) already") }
  }
}
