/// What may be asked of an order.
public enum OrderIntent: Sendable, Hashable {
  /// Place it: its lines, and the total that the customer saw.
  case place(customerId: String, currency: String, lines: [OrderLine], total: Money)
  /// Pay it in full.
  case pay(amount: Money, method: String)
  /// Hand it to a carrier.
  case ship(carrier: String, trackingNumber: String)
  /// Call it off.
  case cancel(reason: String)
}
