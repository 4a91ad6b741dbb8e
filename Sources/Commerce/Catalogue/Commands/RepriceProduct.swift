public import Commands

/// `reprice-product`: `{"productId", "currency", "amount"}`.
public struct RepriceProduct: ProductCommand {
  /// `reprice-product`.
  public static let name = "reprice-product"
  /// The product.
  public let productID: Int64
  let currency: String
  let amount: Money

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    currency = try fields.currency()
    amount = try fields.money("amount")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.catalogue.setPrice(of: productID, currency: currency, amount: amount)
  }
}
