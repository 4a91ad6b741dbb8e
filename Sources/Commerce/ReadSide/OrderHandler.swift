import FoundationEssentials
public import Logging
import Metrics
public import Postgres
public import ReadModels
public import Syncer

/// Makes order documents from the events of topic `outbox.event.order`.
///
/// Applies each version once and in order (see ``OrderFold``): repeats are no-ops, what comes too early is kept in table
/// `<orders>_waiting` and applied when the gap closes.
public struct OrderHandler: Handler {
  /// The outbox router's default topic.
  public static let defaultTopic = "outbox.event.order"
  /// The documents' table, for queries: `public.orders`, keyed by order.
  public static let table = DocumentTable(table: "orders", keyType: "text")
  /// How many events of one order may wait for earlier ones before the next is refused.
  public static let maximumWaiting = 1000

  /// `order`.
  public let name: String
  let topic: String
  private let logger: Logger
  let documents: EventDocumentStore
  let waiting: OrderWaitingStore

  /// Handles the events of one topic.
  ///
  /// - Parameters:
  ///   - name: another one for a version that is not live.
  ///   - schema: where both tables are.
  public init(topic: String = OrderHandler.defaultTopic, name: String = "order", schema: String = "public", logger: Logger) {
    self.topic = topic
    self.name = name
    self.logger = logger
    documents = EventDocumentStore(table: DocumentTable(schema: schema, table: Self.table.table, keyType: Self.table.keyType))
    waiting = OrderWaitingStore(schema: schema)
  }

  /// Every record of the topic; one without a value changes nothing.
  public func accepts(_ record: ChangeRecord) -> Bool { record.topic == topic }

  /// Creates the documents' table and that of waiting events.
  public func prepare(_ connection: Connection) async throws {
    try await documents.prepare(connection)
    try await waiting.prepare(connection)
  }

  /// Applies records in order, in the batch's transaction.
  public func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    var messages: [(index: Int, message: OrderMessage, text: [UInt8])] = []
    for (index, record) in records.enumerated() {
      guard let value = record.value else { continue }
      do {
        messages.append((index, try OrderMessage(parsing: value), value))
      } catch {
        throw RecordFailure(index: index, reason: "not an order's event that this program knows", cause: error)
      }
    }
    guard !messages.isEmpty else { return }
    let ids = Set(messages.map(\.message.orderID)).sorted()
    var folds = try await load(ids, in: transaction)
    var outcomes: [OrderFold.Outcome: Int] = [:]
    var early: [(id: String, version: Int64, text: String)] = []
    for (index, message, text) in messages {
      var fold = folds[message.orderID] ?? OrderFold(document: nil, position: 0, waiting: [:])
      let outcome = fold.receive(message)
      outcomes[outcome, default: 0] += 1
      switch outcome {
      case .impossible: throw RecordFailure(index: index, reason: "the order's first event is not its placement")
      case .waiting:
        guard fold.waiting.count <= Self.maximumWaiting else {
          throw RecordFailure(
            index: index, reason: "more than \(Self.maximumWaiting) events of the order wait for version \(fold.version + 1)")
        }
        early.append((message.orderID, message.version, String(decoding: text, as: UTF8.self)))
        logger.warning(
          "an order's event came before an earlier one; it waits",
          metadata: ["version": "\(message.version)", "applied": "\(fold.version)"])
      case .applied, .duplicate: break
      }
      folds[message.orderID] = fold
    }
    try await store(folds, early: early, in: transaction)
    for (outcome, count) in outcomes {
      Counter(label: "sluice_order_events_total", dimensions: [("outcome", "\(outcome)")]).increment(by: Int64(count))
    }
  }

  private func load(_ ids: [String], in transaction: Connection) async throws -> [String: OrderFold] {
    let documents = try await documents.load(ids, in: transaction)
    let waitingByID = try await waiting.load(ids, in: transaction)
    var folds: [String: OrderFold] = [:]
    let decoder = JSONDecoder()
    for (id, stored) in documents where !stored.body.isEmpty {
      folds[id] = OrderFold(
        document: try decoder.decode(OrderDocument.self, from: Data(stored.body)), position: UInt64(clamping: stored.lsn),
        waiting: waitingByID[id] ?? [:])
    }
    for (id, messages) in waitingByID where folds[id] == nil {
      folds[id] = OrderFold(document: nil, position: 0, waiting: messages)
    }
    return folds
  }

  private func store(
    _ folds: [String: OrderFold], early: [(id: String, version: Int64, text: String)], in transaction: Connection
  ) async throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var changed: [EventDocument] = []
    for (id, fold) in folds where fold.hasChanged {
      guard let document = fold.document else { continue }
      changed.append(
        EventDocument(
          key: id, version: fold.version, body: Array(try encoder.encode(document)), lsn: Int64(clamping: fold.position)))
    }
    try await documents.store(changed, in: transaction)
    try await waiting.forget(changed.map { ($0.key, $0.version) }, in: transaction)
    // What came early and was reached within this batch needs no row.
    try await waiting.keep(early.filter { $0.version > folds[$0.id]?.version ?? 0 }, in: transaction)
  }
}
