public import Commands

/// `delete-product`: `{"productId"}`. Only a discontinued product.
public struct DeleteProduct: ProductCommand {
  /// `delete-product`.
  public static let name = "delete-product"
  /// Allowed: it is how such a product goes.
  public static let worksOnDiscontinued = true
  /// The product.
  public let productID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    guard product.isDiscontinued else { throw CommandError.rejected(rule: "product \(productID) is not discontinued") }
    try await context.catalogue.delete(product: productID)
  }
}
