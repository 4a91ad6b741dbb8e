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
  public let name = "order"
  private let topic: String
  private let logger: Logger
  private let documents = EventDocumentStore(table: OrderHandler.table)

  /// Handles the events of one topic.
  public init(topic: String = OrderHandler.defaultTopic, logger: Logger) {
    self.topic = topic
    self.logger = logger
  }

  /// Every record of the topic; one without a value changes nothing.
  public func accepts(_ record: ChangeRecord) -> Bool { record.topic == topic }

  /// Creates the documents' table and that of waiting events.
  public func prepare(_ connection: Connection) async throws {
    try await documents.prepare(connection)
    try await connection.transaction { connection in
      try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sluice.orders', 0))")
      try await connection.executeScript(
        """
        CREATE TABLE IF NOT EXISTS public.orders_waiting (
          order_id text NOT NULL, version bigint NOT NULL, message text NOT NULL,
          received_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (order_id, version))
        """)
    }
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
    var waiting: [(id: String, version: Int64, text: String)] = []
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
        waiting.append((message.orderID, message.version, String(decoding: text, as: UTF8.self)))
        logger.warning(
          "an order's event came before an earlier one; it waits",
          metadata: ["version": "\(message.version)", "applied": "\(fold.version)"])
      case .applied, .duplicate: break
      }
      folds[message.orderID] = fold
    }
    try await store(folds, waiting: waiting, in: transaction)
    for (outcome, count) in outcomes {
      Counter(label: "sluice_order_events_total", dimensions: [("outcome", "\(outcome)")]).increment(by: Int64(count))
    }
  }

  private func load(_ ids: [String], in transaction: Connection) async throws -> [String: OrderFold] {
    let documents = try await documents.load(ids, in: transaction)
    let waiting = try await transaction.query(
      "SELECT order_id, version, message FROM public.orders_waiting WHERE order_id = ANY(\(ids)::text[])")
    var waitingByID: [String: [Int64: OrderMessage]] = [:]
    for row in waiting {
      let message = try OrderMessage(parsing: Array(try row["message", as: String.self].utf8))
      waitingByID[try row["order_id", as: String.self], default: [:]][message.version] = message
    }
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
    _ folds: [String: OrderFold], waiting: [(id: String, version: Int64, text: String)], in transaction: Connection
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
    var statements: [Query] = []
    if !changed.isEmpty {
      statements.append(
        """
        DELETE FROM public.orders_waiting w
        USING unnest(\(changed.map(\.key))::text[], \(changed.map(\.version))::bigint[]) AS d(key, version)
        WHERE w.order_id = d.key AND w.version <= d.version
        """)
    }
    // What came early and was reached within this batch needs no row.
    let late = waiting.filter { $0.version > folds[$0.id]?.version ?? 0 }
    if !late.isEmpty {
      statements.append(
        """
        INSERT INTO public.orders_waiting (order_id, version, message)
        SELECT * FROM unnest(\(late.map(\.id))::text[], \(late.map(\.version))::bigint[], \(late.map(\.text))::text[])
        ON CONFLICT DO NOTHING
        """)
    }
    guard !statements.isEmpty else { return }
    for result in try await transaction.pipeline(statements) { _ = try result.get() }
  }
}
