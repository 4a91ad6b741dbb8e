public import Commands

/// An order: placed, paid in full, shipped; cancelled only before it is shipped.
public struct Order: Aggregate, Hashable {
  /// `order`: its events go to topic `outbox.event.order`.
  public static let type = "order"

  /// How far it is; nil before it was placed.
  public private(set) var status: OrderStatus?
  /// The sum of its lines.
  public private(set) var total = Money(hundredths: 0)

  /// An order that was not placed.
  public init() {}

  /// The rules.
  public func decide(_ intent: OrderIntent) throws(CommandError) -> [OrderEvent] {
    switch intent {
    case .place(let customerId, let currency, let lines, let total):
      guard status == nil else { throw .rejected(rule: "the order was placed already") }
      try Self.check(lines, total: total)
      return [.placed(.init(customerId: customerId, currency: currency, lines: lines, total: total))]
    case .pay(let amount, let method):
      switch try known() {
      case .placed: break
      case .paid, .shipped: throw .rejected(rule: "the order is paid already")
      case .cancelled: throw .rejected(rule: "a cancelled order cannot be paid")
      }
      guard amount == total else { throw .rejected(rule: "the amount is \(amount), the order's total is \(total)") }
      return [.paid(.init(amount: amount, method: method))]
    case .ship(let carrier, let trackingNumber):
      switch try known() {
      case .placed: throw .rejected(rule: "an order that is not paid cannot be shipped")
      case .paid: break
      case .shipped: throw .rejected(rule: "the order is shipped already")
      case .cancelled: throw .rejected(rule: "a cancelled order cannot be shipped")
      }
      return [.shipped(.init(carrier: carrier, trackingNumber: trackingNumber))]
    case .cancel(let reason):
      let refund: Money
      switch try known() {
      case .placed: refund = Money(hundredths: 0)
      case .paid: refund = total
      case .shipped: throw .rejected(rule: "a shipped order cannot be cancelled")
      case .cancelled: throw .rejected(rule: "the order is cancelled already")
      }
      return [.cancelled(.init(reason: reason, refund: refund))]
    }
  }

  /// The state after an event.
  public mutating func apply(_ event: OrderEvent) {
    switch event {
    case .placed(let placed):
      status = .placed
      total = placed.total
    case .paid: status = .paid
    case .shipped: status = .shipped
    case .cancelled: status = .cancelled
    }
  }

  private func known() throws(CommandError) -> OrderStatus {
    guard let status else { throw .notFound }
    return status
  }

  private static func check(_ lines: [OrderLine], total: Money) throws(CommandError) {
    guard !lines.isEmpty else { throw .rejected(rule: "an order needs at least one line") }
    var sum = Money(hundredths: 0)
    for line in lines {
      guard let price = line.unitPrice.times(line.quantity), let next = sum.adding(price), next <= .maximum else {
        throw .rejected(rule: "the order's sum exceeds \(Money.maximum)")
      }
      sum = next
    }
    guard sum == total else { throw .rejected(rule: "the total is \(total), the lines sum up to \(sum)") }
  }
}
