public import Commands

/// `rename-product`: `{"productId", "name"}`.
public struct RenameProduct: ProductCommand {
  /// `rename-product`.
  public static let name = "rename-product"
  /// The product.
  public let productID: Int64
  let name: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    name = try fields.string("name")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.catalogue.rename(product: productID, to: name)
  }
}
