public import Commands

/// `discontinue-product`: `{"productId"}`. It stays readable and takes no further changes but `delete-product`.
public struct DiscontinueProduct: ProductCommand {
  /// `discontinue-product`.
  public static let name = "discontinue-product"
  /// The product.
  public let productID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.catalogue.discontinue(product: productID)
  }
}
