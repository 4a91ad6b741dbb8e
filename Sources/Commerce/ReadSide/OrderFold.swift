/// One order's read side while a batch is applied: pure, so that its rules are tested without a database.
///
/// A version that the document has is a repeat and changes nothing. A version beyond the next waits until those before it have come: Kafka
/// keeps an order's events in order, but while history is sent again a new event can come before older ones.
struct OrderFold: Sendable {
  /// What became of one message.
  enum Outcome: Sendable, Hashable {
    /// It is in the document, perhaps together with others that waited for it.
    case applied
    /// The document had it.
    case duplicate
    /// It waits for a version that did not come yet.
    case waiting
    /// It cannot be the first event of an order.
    case impossible
  }

  /// The document; nil before the first event.
  private(set) var document: OrderDocument?
  /// The newest applied event's position.
  private(set) var position: UInt64
  /// What waits, by version.
  private(set) var waiting: [Int64: OrderMessage]
  /// Whether the document differs from the stored one.
  private(set) var hasChanged = false

  /// The applied version; 0 before the first event.
  var version: Int64 { document?.version ?? 0 }

  init(document: OrderDocument?, position: UInt64, waiting: [Int64: OrderMessage]) {
    self.document = document
    self.position = position
    self.waiting = waiting
  }

  mutating func receive(_ message: OrderMessage) -> Outcome {
    guard message.version > version, waiting[message.version] == nil else { return .duplicate }
    guard message.version == version + 1 else {
      waiting[message.version] = message
      return .waiting
    }
    guard applyNext(message) else { return .impossible }
    while let next = waiting.removeValue(forKey: version + 1) { guard applyNext(next) else { return .impossible } }
    return .applied
  }

  private mutating func applyNext(_ message: OrderMessage) -> Bool {
    if document == nil {
      document = OrderDocument(message)
      guard document != nil else { return false }
    } else {
      document?.apply(message)
    }
    position = max(position, message.position.rawValue)
    hasChanged = true
    return true
  }
}
