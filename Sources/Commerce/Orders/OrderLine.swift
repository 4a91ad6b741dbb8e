/// One position of an order.
public struct OrderLine: Sendable, Hashable, Codable {
  /// The catalogue's product.
  public var productId: Int64
  /// How many, from 1.
  public var quantity: Int64
  /// What one costs, in the order's currency.
  public var unitPrice: Money

  /// Creates a position.
  public init(productId: Int64, quantity: Int64, unitPrice: Money) {
    self.productId = productId
    self.quantity = quantity
    self.unitPrice = unitPrice
  }
}
