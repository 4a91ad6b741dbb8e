public import Commands
public import Postgres

/// `cancel-order`: `{"orderId", "reason"}`.
public struct CancelOrder: AggregateCommand {
  /// The order decides.
  public typealias Target = Order
  /// `cancel-order`.
  public static let name = "cancel-order"

  /// What is asked of the order.
  public let intent: OrderIntent
  let orderID: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    orderID = try fields.orderID()
    intent = .cancel(reason: try fields.string("reason", bytes: 1...500))
  }

  /// The order.
  public func aggregateID(on connection: Connection) async throws -> String { orderID }
}
