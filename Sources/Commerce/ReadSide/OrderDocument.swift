/// An order as it is read: the body of its document.
public struct OrderDocument: Sendable, Hashable, Codable {
  /// The order.
  public var orderId: String
  /// Who placed it.
  public var customerId: String
  /// How far it is.
  public var status: OrderStatus
  /// The currency of all amounts.
  public var currency: String
  /// The sum of its lines.
  public var total: Money
  /// What was ordered.
  public var lines: [OrderLine]
  /// The number of events that made it.
  public var version: Int64
  /// When it was placed (UTC, microseconds).
  public var placedAt: String
  /// When it was paid.
  public var paidAt: String?
  /// How it was paid.
  public var paymentMethod: String?
  /// When it was shipped.
  public var shippedAt: String?
  /// Who carries it.
  public var carrier: String?
  /// The carrier's number.
  public var trackingNumber: String?
  /// When it was cancelled.
  public var cancelledAt: String?
  /// Why it was cancelled.
  public var cancellationReason: String?
  /// What the customer gets back.
  public var refund: Money?

  /// The document after an order's first event; nil where that is not its placement.
  public init?(_ message: OrderMessage) {
    guard case .placed(let placed) = message.event else { return nil }
    orderId = message.orderID
    customerId = placed.customerId
    status = .placed
    currency = placed.currency
    total = placed.total
    lines = placed.lines
    version = message.version
    placedAt = message.occurredAt
  }

  /// Brings the document forward by one event; the caller has checked that it is the next.
  public mutating func apply(_ message: OrderMessage) {
    version = message.version
    switch message.event {
    case .placed: break
    case .paid(let paid):
      status = .paid
      paidAt = message.occurredAt
      paymentMethod = paid.method
    case .shipped(let shipped):
      status = .shipped
      shippedAt = message.occurredAt
      carrier = shipped.carrier
      trackingNumber = shipped.trackingNumber
    case .cancelled(let cancelled):
      status = .cancelled
      cancelledAt = message.occurredAt
      cancellationReason = cancelled.reason
      refund = cancelled.refund
    }
  }
}
