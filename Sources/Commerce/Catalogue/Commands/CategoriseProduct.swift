public import Commands

/// `categorise-product`: `{"productId", "categoryId"}`.
public struct CategoriseProduct: ProductCommand {
  /// `categorise-product`.
  public static let name = "categorise-product"
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
    try await context.require(Category.table, id: categoryID, noun: Category.noun)
    guard try await context.catalogue.addCategory(categoryID, to: productID) else {
      throw CommandError.rejected(rule: "product \(productID) has category \(categoryID) already")
    }
  }
}
