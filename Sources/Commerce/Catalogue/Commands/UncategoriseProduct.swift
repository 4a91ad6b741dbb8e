public import Commands

/// `uncategorise-product`: `{"productId", "categoryId"}`.
public struct UncategoriseProduct: ProductCommand {
  /// `uncategorise-product`.
  public static let name = "uncategorise-product"
  /// The product.
  public let productID: Int64
  let categoryID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    categoryID = try fields.identifier("categoryId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    guard try await context.catalogue.removeCategory(categoryID, from: productID) else {
      throw CommandError.rejected(rule: "product \(productID) does not have category \(categoryID)")
    }
  }
}
