public import Commands

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
    guard try await context.catalogue.addTag(tagID, to: productID) else {
      throw CommandError.rejected(rule: "product \(productID) has tag \(tagID) already")
    }
  }
}
