import Testing

@testable import Commerce

struct OrderFoldTests {
  private let sample = SampleOrder(id: "o1")

  @Test func inOrder() throws {
    var fold = OrderFold(document: nil, position: 0, waiting: [:])
    for message in try sample.messages() { #expect(fold.receive(message) == .applied) }
    #expect(fold.document?.status == .shipped && fold.version == 3 && fold.waiting.isEmpty && fold.position == 300)
    #expect(fold.document?.placedAt == "2026-01-01T00:00:01.000000Z" && fold.document?.shippedAt == "2026-01-01T00:00:03.000000Z")
  }

  @Test func repeatsChangeNothing() throws {
    let messages = try sample.messages()
    var fold = OrderFold(document: nil, position: 0, waiting: [:])
    for message in messages { _ = fold.receive(message) }
    var again = OrderFold(document: fold.document, position: fold.position, waiting: [:])
    for message in messages { #expect(again.receive(message) == .duplicate) }
    #expect(!again.hasChanged && again.document == fold.document)
  }

  @Test func everyArrivalOrderEndsTheSame() throws {
    let messages = try sample.messages()
    var expected = OrderFold(document: nil, position: 0, waiting: [:])
    for message in messages { _ = expected.receive(message) }
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [2, 2, 1, 1, 0, 0]] {
      var fold = OrderFold(document: nil, position: 0, waiting: [:])
      for index in order { _ = fold.receive(messages[index]) }
      #expect(fold.document == expected.document && fold.waiting.isEmpty)
    }
  }

  @Test func aGapWaits() throws {
    let messages = try sample.messages()
    var fold = OrderFold(document: nil, position: 0, waiting: [:])
    #expect(fold.receive(messages[0]) == .applied)
    #expect(fold.receive(messages[2]) == .waiting)
    #expect(fold.receive(messages[2]) == .duplicate)
    #expect(fold.version == 1 && fold.waiting.count == 1)
  }

  @Test func anOrderBeginsWithItsPlacement() throws {
    var message = try sample.messages()[1]
    message.version = 1
    var fold = OrderFold(document: nil, position: 0, waiting: [:])
    #expect(fold.receive(message) == .impossible)
  }

  @Test func everyFormOfTheValueIsRead() throws {
    let text = sample.texts[0]
    let quoted = "\"" + text.replacing("\"", with: "\\\"") + "\""
    let expected = try OrderMessage(parsing: Array(text.utf8))
    #expect(expected.orderID == "o1" && expected.version == 1 && expected.position.rawValue == 100)
    for form in [quoted, #"{"schema":{},"payload":\#(text)}"#, #"{"schema":{"type":"string"},"payload":\#(quoted)}"#] {
      #expect(try OrderMessage(parsing: Array(form.utf8)) == expected)
    }
    for bad in [
      "", "1", "{}", "\"x\"", "null", #"{"payload":"x"}"#, text.replacing("OrderPlaced", with: "OrderEaten"),
      text.replacing(#""version":1"#, with: #""version":0"#),
    ] {
      #expect(throws: (any Error).self) { try OrderMessage(parsing: Array(bad.utf8)) }
    }
  }
}
