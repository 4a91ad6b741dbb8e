@testable import Commerce

/// An order that is placed, paid and shipped, as messages.
struct SampleOrder: Sendable {
  let id: String

  var texts: [String] {
    [
      message(
        1, "OrderPlaced", #"{"customerId":"c1","currency":"EUR","lines":[{"productId":1,"quantity":2,"unitPrice":"5.00"}],"total":"10.00"}"#
      ),
      message(2, "OrderPaid", #"{"amount":"10.00","method":"card"}"#),
      message(3, "OrderShipped", #"{"carrier":"Post","trackingNumber":"T1"}"#),
    ]
  }

  func messages() throws -> [OrderMessage] { try texts.map { try OrderMessage(parsing: Array($0.utf8)) } }

  private func message(_ version: Int, _ type: String, _ data: String) -> String {
    // LSN 0/64 is 100.
    let position = "0/" + String(version * 100, radix: 16)
    return
      #"{"eventId":"00000000-0000-0000-0000-00000000000\#(version)","type":"\#(type)","schemaVersion":1,"aggregateType":"order","aggregateId":"\#(id)","version":\#(version),"occurredAt":"2026-01-01T00:00:0\#(version).000000Z","position":"\#(position)","data":\#(data)}"#
  }
}
