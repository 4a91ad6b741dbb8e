public import Commands

/// `describe-product`: `{"productId", "description"?}`. Without a description the product loses the one it has.
public struct DescribeProduct: ProductCommand {
  /// `describe-product`.
  public static let name = "describe-product"
  /// The product.
  public let productID: Int64
  let description: String?

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    description = try fields.optionalString("description", bytes: 1...10_000)
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.catalogue.describe(product: productID, as: description)
  }
}
