public import Commands
public import Postgres

/// `pay-order`: `{"orderId", "amount", "method"}`.
public struct PayOrder: AggregateCommand {
  /// The order decides.
  public typealias Target = Order
  /// `pay-order`.
  public static let name = "pay-order"

  /// What is asked of the order.
  public let intent: OrderIntent
  let orderID: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    orderID = try fields.orderID()
    intent = .pay(amount: try fields.money("amount"), method: try fields.string("method", bytes: 1...64))
  }

  /// The order.
  public func aggregateID(on connection: Connection) async throws -> String { orderID }
}
