/// One client's commands, in the order in which it sends them.
public struct WorkloadClient: Sequence, IteratorProtocol, Sendable {
  private struct OpenOrder: Sendable {
    var id: String
    var total: Money
    var version: Int64
    var isPaid: Bool
  }

  private let number: Int
  private let count: Int
  private let size: CatalogueSize
  private let prefix: String
  private var random: SeededGenerator
  private var sent = 0
  private var made = 0
  private var orders: [OpenOrder] = []
  private var closed: [String] = []
  /// Products of this client's own, with their versions.
  private var products: [(id: Int64, version: Int64)] = []
  private var planned: [WorkloadStep] = []
  private var last: WorkloadStep?

  init(number: Int, count: Int, size: CatalogueSize, seed: UInt64, run: String) {
    self.number = number
    self.count = count
    self.size = size
    prefix = "w\(run)-\(number)"
    random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number) &+ run.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
  }

  /// The next command; nil after the last.
  public mutating func next() -> WorkloadStep? {
    guard sent < count else { return nil }
    sent += 1
    if planned.isEmpty { plan() }
    guard !planned.isEmpty else { return nil }
    let step = planned.removeFirst()
    if step.expectation == .completed { last = step }
    return step
  }

  private mutating func plan() {
    switch random.integer(0...99) {
    case 0..<28: placeOrder()
    case 28..<46: advanceOrder()
    case 46..<50: breakOrderRule()
    case 50..<53: conflictOnOrder()
    case 53..<56: replay()
    case 56..<74: changeSharedProduct()
    case 74..<82: changeLabels()
    case 82..<87: renameReference()
    case 87..<95: ownProduct()
    case 95..<97: add("pay-order", #"{"orderId":"\#(prefix)-nobody","amount":"1.00","method":"card"}"#, .notFound)
    default: add("reprice-product", #"{"productId":\#(sharedProduct()),"currency":"EUR","amount":"-1"}"#, .invalid)
    }
  }

  private mutating func add(
    _ name: String, _ body: String, _ expectation: WorkloadStep.Expectation = .completed, expectedVersion: Int64? = nil
  ) {
    made += 1
    planned.append(
      WorkloadStep(
        name: name, body: body, idempotencyKey: "\(prefix)-\(made)", expectedVersion: expectedVersion, expectation: expectation))
  }

  private mutating func sharedProduct() -> Int64 { random.integer(1...size.products) }

  // MARK: orders

  private mutating func placeOrder() {
    let id = "\(prefix)-o\(made)"
    var total = Money(hundredths: 0)
    var lines: [String] = []
    for _ in 0..<random.integer(1...4) {
      let price = Money(hundredths: random.integer(100...20_000))
      let quantity = random.integer(1...5)
      total.hundredths += price.hundredths * quantity
      lines.append(#"{"productId":\#(sharedProduct()),"quantity":\#(quantity),"unitPrice":"\#(price)"}"#)
    }
    let customer = "c\(random.integer(1...200))"
    add(
      "place-order",
      #"{"orderId":"\#(id)","customerId":"\#(customer)","currency":"EUR","lines":[\#(lines.joined(separator: ","))],"total":"\#(total)"}"#)
    orders.append(OpenOrder(id: id, total: total, version: 1, isPaid: false))
  }

  private mutating func advanceOrder() {
    guard !orders.isEmpty else { return placeOrder() }
    let index = Int(random.integer(0...Int64(orders.count - 1)))
    let order = orders[index]
    if random.chance(15) {
      add("cancel-order", #"{"orderId":"\#(order.id)","reason":"changed my mind"}"#, expectedVersion: order.version)
      closed.append(orders.remove(at: index).id)
    } else if order.isPaid {
      add("ship-order", #"{"orderId":"\#(order.id)","carrier":"Post","trackingNumber":"T\#(made)"}"#, expectedVersion: order.version)
      closed.append(orders.remove(at: index).id)
    } else {
      add("pay-order", #"{"orderId":"\#(order.id)","amount":"\#(order.total)","method":"card"}"#)
      orders[index].isPaid = true
      orders[index].version += 1
    }
  }

  private mutating func breakOrderRule() {
    if let order = orders.first(where: { !$0.isPaid }) {
      if random.chance(50) {
        add("ship-order", #"{"orderId":"\#(order.id)","carrier":"Post","trackingNumber":"T\#(made)"}"#, .rejected)
      } else {
        let wrong = Money(hundredths: order.total.hundredths + 1)
        add("pay-order", #"{"orderId":"\#(order.id)","amount":"\#(wrong)","method":"card"}"#, .rejected)
      }
    } else if let id = closed.last {
      add("cancel-order", #"{"orderId":"\#(id)","reason":"too late"}"#, .rejected)
    } else {
      placeOrder()
    }
  }

  private mutating func conflictOnOrder() {
    guard let order = orders.last else { return placeOrder() }
    add("cancel-order", #"{"orderId":"\#(order.id)","reason":"stale page"}"#, .conflict, expectedVersion: order.version + 7)
  }

  private mutating func replay() {
    guard var step = last else { return placeOrder() }
    step.expectation = .replayed
    planned.append(step)
  }

  // MARK: catalogue

  private mutating func changeSharedProduct() {
    let id = sharedProduct()
    switch random.integer(0...5) {
    case 0: add("rename-product", #"{"productId":\#(id),"name":"Renamed \#(made) by \#(prefix)"}"#)
    case 1, 2:
      let currency = random.pick(["EUR", "USD", "GBP"], or: "EUR")
      add(
        "reprice-product", #"{"productId":\#(id),"currency":"\#(currency)","amount":"\#(Money(hundredths: random.integer(99...99_999)))"}"#)
    case 3:
      add(
        "move-product",
        #"{"productId":\#(id),"brandId":\#(random.integer(1...size.brands)),"sellerId":\#(random.integer(1...size.sellers))}"#)
    case 4: add("add-review", #"{"productId":\#(id),"author":"\#(prefix)","rating":\#(random.integer(1...5)),"body":"Grüße 👍"}"#)
    default: add("describe-product", random.chance(30) ? #"{"productId":\#(id)}"# : #"{"productId":\#(id),"description":"As of \#(made)"}"#)
    }
  }

  private mutating func changeLabels() {
    let id = sharedProduct()
    switch random.integer(0...3) {
    case 0: add("tag-product", #"{"productId":\#(id),"tagId":\#(random.integer(1...size.tags))}"#, .completedOrRejected)
    case 1: add("untag-product", #"{"productId":\#(id),"tagId":\#(random.integer(1...size.tags))}"#, .completedOrRejected)
    case 2:
      add("categorise-product", #"{"productId":\#(id),"categoryId":\#(random.integer(1...size.categories))}"#, .completedOrRejected)
    default:
      add("uncategorise-product", #"{"productId":\#(id),"categoryId":\#(random.integer(1...size.categories))}"#, .completedOrRejected)
    }
  }

  private mutating func renameReference() {
    switch random.integer(0...3) {
    case 0: add("rename-brand", #"{"brandId":\#(random.integer(1...size.brands)),"name":"Brand \#(made) of \#(prefix)"}"#)
    case 1: add("rename-seller", #"{"sellerId":\#(random.integer(1...size.sellers)),"name":"Seller \#(made) of \#(prefix)"}"#)
    case 2: add("rename-category", #"{"categoryId":\#(random.integer(1...size.categories)),"name":"Category \#(made) of \#(prefix)"}"#)
    default: add("rename-tag", #"{"tagId":\#(random.integer(1...size.tags)),"name":"tag \#(made) of \#(prefix)"}"#)
    }
  }

  /// A product of this client's own goes through its whole life: with option groups and options, some taken away again, and at last itself.
  private mutating func ownProduct() {
    if products.count > 3, random.chance(40) {
      let product = products.removeFirst()
      add("delete-product", #"{"productId":\#(product.id)}"#, .rejected)
      add("discontinue-product", #"{"productId":\#(product.id)}"#, expectedVersion: product.version)
      add("rename-product", #"{"productId":\#(product.id),"name":"too late"}"#, .rejected)
      add("delete-product", #"{"productId":\#(product.id)}"#)
      return
    }
    let run = prefix.utf8.reduce(UInt64(17)) { ($0 &* 1_099_511_628_211) ^ UInt64($1) } % 1_000_000
    // Above what the loader gives and below what the tables' sequences give.
    let id = 100_000_000 + Int64(run) * 800 + Int64(products.count + made) % 800
    guard !products.contains(where: { $0.id == id }) else { return changeSharedProduct() }
    let group = id
    add(
      "create-product",
      #"{"productId":\#(id),"name":"New \#(made)","brandId":\#(random.integer(1...size.brands)),"sellerId":\#(random.integer(1...size.sellers)),"currency":"EUR","amount":9.5}"#,
      expectedVersion: 0)
    add("add-option-group", #"{"productId":\#(id),"groupId":\#(group),"name":"Colour"}"#, expectedVersion: 1)
    add("add-option", #"{"productId":\#(id),"groupId":\#(group),"optionId":\#(id),"name":"Red","surcharge":"0"}"#, expectedVersion: 2)
    add("add-option", #"{"productId":\#(id),"groupId":\#(group),"name":"Green","surcharge":"1.5"}"#)
    var version: Int64 = 4
    if random.chance(50) {
      add("remove-option", #"{"productId":\#(id),"optionId":\#(id)}"#, expectedVersion: version)
      version += 1
    }
    if random.chance(30) {
      add("remove-option-group", #"{"productId":\#(id),"groupId":\#(group)}"#, expectedVersion: version)
      version += 1
    }
    products.append((id, version))
  }
}
