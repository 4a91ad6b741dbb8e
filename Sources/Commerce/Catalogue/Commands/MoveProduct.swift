public import Commands

/// `move-product`: `{"productId", "brandId", "sellerId"}`. To another brand and seller.
public struct MoveProduct: ProductCommand {
  /// `move-product`.
  public static let name = "move-product"
  /// The product.
  public let productID: Int64
  let brandID: Int64
  let sellerID: Int64

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    productID = try fields.identifier("productId")
    brandID = try fields.identifier("brandId")
    sellerID = try fields.identifier("sellerId")
  }

  /// Makes the change.
  public func change(_ product: ProductRow, in context: CommandContext) async throws {
    try await context.require(Brand.table, id: brandID, noun: Brand.noun)
    try await context.require(Seller.table, id: sellerID, noun: Seller.noun)
    try await context.catalogue.move(product: productID, toBrand: brandID, seller: sellerID)
  }
}
