public import Commands
public import Postgres

/// `ship-order`: `{"orderId", "carrier", "trackingNumber"}`.
public struct ShipOrder: AggregateCommand {
  /// The order decides.
  public typealias Target = Order
  /// `ship-order`.
  public static let name = "ship-order"

  /// What is asked of the order.
  public let intent: OrderIntent
  let orderID: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    orderID = try fields.orderID()
    intent = .ship(
      carrier: try fields.string("carrier", bytes: 1...64), trackingNumber: try fields.string("trackingNumber", bytes: 1...64))
  }

  /// The order.
  public func aggregateID(on connection: Connection) async throws -> String { orderID }
}
