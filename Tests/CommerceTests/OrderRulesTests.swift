import Commands
import Testing

@testable import Commerce

/// The rules of an order as a table: which intent is taken in which state.
struct OrderRulesTests {
  private static let lines = [OrderLine(productId: 1, quantity: 2, unitPrice: Money(hundredths: 500))]
  private static let total = Money(hundredths: 1000)
  private static let place = OrderIntent.place(customerId: "c1", currency: "EUR", lines: lines, total: total)
  private static let pay = OrderIntent.pay(amount: total, method: "card")
  private static let ship = OrderIntent.ship(carrier: "Post", trackingNumber: "T1")
  private static let cancel = OrderIntent.cancel(reason: "no")

  /// The order after some intents that are all taken.
  private func order(after intents: [OrderIntent]) throws -> Order {
    var order = Order()
    for intent in intents { for event in try order.decide(intent) { order.apply(event) } }
    return order
  }

  private static let states: [[OrderIntent]] = [[], [place], [place, pay], [place, pay, ship], [place, cancel], [place, pay, cancel]]

  /// What an intent comes to: the event's name, or how it was refused.
  private func outcome(of intent: OrderIntent, in order: Order) -> String {
    do {
      return try order.decide(intent).map(\.type).joined(separator: ", ")
    } catch {
      switch error {
      case .rejected: return "rejected"
      case .notFound: return "not found"
      default: return "\(error)"
      }
    }
  }

  @Test func everyIntentInEveryState() throws {
    let table: [[String]] = [
      // place, pay, ship, cancel
      ["OrderPlaced", "not found", "not found", "not found"],  // nothing
      ["rejected", "OrderPaid", "rejected", "OrderCancelled"],  // placed
      ["rejected", "rejected", "OrderShipped", "OrderCancelled"],  // paid
      ["rejected", "rejected", "rejected", "rejected"],  // shipped
      ["rejected", "rejected", "rejected", "rejected"],  // cancelled before payment
      ["rejected", "rejected", "rejected", "rejected"],  // cancelled after payment
    ]
    for (state, expected) in zip(Self.states, table) {
      let order = try order(after: state)
      #expect([Self.place, Self.pay, Self.ship, Self.cancel].map { outcome(of: $0, in: order) } == expected)
    }
  }

  @Test func amountsMustMatch() throws {
    let placed = try order(after: [Self.place])
    #expect(throws: CommandError.rejected(rule: "the amount is 9.99, the order's total is 10.00")) {
      try placed.decide(.pay(amount: Money(hundredths: 999), method: "card"))
    }
    #expect(throws: CommandError.rejected(rule: "the total is 10.01, the lines sum up to 10.00")) {
      try Order().decide(.place(customerId: "c", currency: "EUR", lines: Self.lines, total: Money(hundredths: 1001)))
    }
    #expect(throws: CommandError.self) {
      try Order().decide(.place(customerId: "c", currency: "EUR", lines: [], total: Money(hundredths: 0)))
    }
    let huge = [OrderLine(productId: 1, quantity: 1_000_000, unitPrice: .maximum)]
    #expect(throws: CommandError.self) { try Order().decide(.place(customerId: "c", currency: "EUR", lines: huge, total: .maximum)) }
  }

  @Test func whatWasPaidIsRefunded() throws {
    #expect(try order(after: [Self.place]).decide(Self.cancel) == [.cancelled(.init(reason: "no", refund: Money(hundredths: 0)))])
    #expect(try order(after: [Self.place, Self.pay]).decide(Self.cancel) == [.cancelled(.init(reason: "no", refund: Self.total))])
  }

  /// The stored forms are for ever: this text must go on being readable.
  @Test func storedFormsStayReadable() throws {
    let stored: [(String, String, OrderEvent)] = [
      (
        "OrderPlaced",
        #"{"customerId":"c1","currency":"EUR","lines":[{"productId":1,"quantity":2,"unitPrice":"5.00"}],"total":"10.00"}"#,
        .placed(.init(customerId: "c1", currency: "EUR", lines: Self.lines, total: Self.total))
      ),
      ("OrderPaid", #"{"amount":"10.00","method":"card"}"#, .paid(.init(amount: Self.total, method: "card"))),
      ("OrderShipped", #"{"carrier":"Post","trackingNumber":"T1"}"#, .shipped(.init(carrier: "Post", trackingNumber: "T1"))),
      ("OrderCancelled", #"{"reason":"no","refund":"0.00"}"#, .cancelled(.init(reason: "no", refund: Money(hundredths: 0)))),
    ]
    for (type, text, event) in stored {
      #expect(try OrderEvent.decode(type: type, schemaVersion: 1, payload: Array(text.utf8)) == event)
      #expect(event.type == type)
      #expect(try String(decoding: event.payload(), as: UTF8.self).count == text.count)
      #expect(try OrderEvent.decode(type: type, schemaVersion: 1, payload: event.payload()) == event)
      #expect(throws: EventDecodingError.self) { try OrderEvent.decode(type: type, schemaVersion: 2, payload: Array(text.utf8)) }
    }
    #expect(throws: EventDecodingError.self) { try OrderEvent.decode(type: "OrderEaten", schemaVersion: 1, payload: Array("{}".utf8)) }
  }
}
