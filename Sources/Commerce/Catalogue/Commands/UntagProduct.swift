public import Commands
import Postgres

/// `untag-product`: `{"productId", "tagId"}`.
public struct UntagProduct: ProductCommand {
  /// `untag-product`.
  public static let name = "untag-product"
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
    let removed = try await context.connection.execute(
      "DELETE FROM public.product_tags WHERE product_id = \(productID) AND tag_id = \(tagID)")
    guard removed == 1 else { throw CommandError.rejected(rule: "product \(productID) does not have tag \(tagID)") }
  }
}
