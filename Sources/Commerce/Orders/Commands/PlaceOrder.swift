public import Commands
import FoundationEssentials
public import Postgres

/// `place-order`: `{"orderId"?, "customerId", "currency", "lines": [{"productId", "quantity", "unitPrice"}], "total"}`.
public struct PlaceOrder: AggregateCommand {
  /// The order decides.
  public typealias Target = Order
  /// `place-order`.
  public static let name = "place-order"

  /// What is asked of the order.
  public let intent: OrderIntent
  let orderID: String

  /// Decodes the body.
  public init(from fields: inout CommandFields) throws(CommandError) {
    // Without an identifier of the caller's the order gets one here, before any attempt: a retry then means the same order.
    orderID = try fields.optionalOrderID() ?? UUID().uuidString.lowercased()
    let customer = try fields.string("customerId", bytes: 1...64)
    let currency = try fields.currency()
    let lines = try fields.objects("lines", count: 1...100) { (line) throws(CommandError) in
      OrderLine(
        productId: try line.integer("productId", in: 1...Int64.max), quantity: try line.integer("quantity", in: 1...1_000_000),
        unitPrice: try line.money("unitPrice"))
    }
    intent = .place(customerId: customer, currency: currency, lines: lines, total: try fields.money("total"))
  }

  /// The order.
  public func aggregateID(on connection: Connection) async throws -> String { orderID }
}
