public import Commands

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
    guard try await context.catalogue.removeTag(tagID, from: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have tag \(tagID)")
    }
  }
}
