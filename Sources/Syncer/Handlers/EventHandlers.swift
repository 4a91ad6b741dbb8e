public import ChangeEvents
internal import Metrics
public import Postgres

/// Handlers written in Swift, registered by topic, table, type and version.
///
/// ```swift
/// var mails = EventHandlers(name: "mails", format: .sluice, unknown: .skip, inbox: EventInbox())
/// mails.on("OrderPlaced", versions: 2...3, topic: "outbox.event.order") { event, transaction in
///   try await MailStore(transaction).add(id: event.id, text: text(of: event))
/// }
/// mails.upcast("OrderPlaced", from: 1) { event in event.data = try withCurrency(event.data) }
/// mails.on(table: "public.customers", [.update]) { change, transaction in … }
/// ```
///
/// Events of one partition come in the order of their offsets, each handler call is awaited before the next, all within the batch's
/// transaction: what is written through it is visible exactly when the offsets have moved. An effect outside of the database (a mail, a call)
/// happens again when the transaction fails after it; write it down in the transaction and let something else carry it out, keyed by the
/// event's ID.
///
/// With an ``EventInbox`` each event ID is handled once, also where the event is sent again under another offset; IDs that are older than its
/// retention are forgotten while the syncer runs (``SyncerConfiguration/maintenanceInterval``).
public struct EventHandlers: Handler {
  /// Handles an event within the batch's transaction.
  public typealias EventClosure = @Sendable (_ event: IncomingEvent, _ transaction: Connection) async throws -> Void
  /// Handles a change of a row within the batch's transaction.
  public typealias ChangeClosure = @Sendable (_ change: ChangeRecord, _ transaction: Connection) async throws -> Void
  /// Brings an event's data to the next version; its kind is set afterwards.
  public typealias Upcaster = @Sendable (_ event: inout IncomingEvent) throws -> Void

  /// The name in metrics, logs, dead letters and the inbox. Changing it forgets the inbox.
  public let name: String
  let format: EventFormat
  let unknown: UnknownEventPolicy
  private let store: ProcessedEventsStore?
  /// How long the inbox keeps events; nil where there is none.
  public let inbox: EventInbox?
  var registry = EventRegistry()
  private var closures: [EventClosure] = []
  var upcasters: [Upcaster] = []
  var tables: [TableRoute] = []
  private let handled: Counter
  private let duplicates: Counter
  let unknowns: Counter
  private let forgotten: Counter

  struct TableRoute: Sendable {
    var schema: String
    var table: String
    var operations: Set<Operation>
    var closure: ChangeClosure
  }

  /// Handlers without registrations.
  ///
  /// - Parameters:
  ///   - format: where records say which event they carry.
  ///   - unknown: what happens to events of the topics listened to that nobody has registered for.
  ///   - inbox: handles each event ID once; nil leaves that to the offsets, which do not know an event that is sent again.
  public init(name: String, format: EventFormat = .headers, unknown: UnknownEventPolicy = .skip, inbox: EventInbox? = nil) {
    self.name = name
    self.format = format
    self.unknown = unknown
    self.inbox = inbox
    store = inbox.map { _ in ProcessedEventsStore(handler: name) }
    handled = Self.counter(name, "handled")
    duplicates = Self.counter(name, "duplicate")
    unknowns = Self.counter(name, "unknown")
    forgotten = Self.counter(name, "forgotten")
  }

  /// Registers for events.
  ///
  /// - Parameters:
  ///   - type: the event's type.
  ///   - versions: of the event's form; events of other versions need an upcaster or are unknown.
  ///   - topic: the topic they come from; nil is every topic that the syncer subscribes to.
  public mutating func on(_ type: String, versions: ClosedRange<Int> = 1...1, topic: String? = nil, _ closure: @escaping EventClosure) {
    registry.add(EventRegistry.Route(topic: topic, type: type, versions: versions))
    closures.append(closure)
  }

  /// Registers for changes of a table's rows.
  ///
  /// - Parameters:
  ///   - table: `schema.table`; without a schema it is `public`'s.
  ///   - operations: default: all that concern rows.
  public mutating func on(
    table: String, _ operations: Set<Operation> = [.create, .read, .update, .delete], _ closure: @escaping ChangeClosure
  ) {
    let parts = table.split(separator: ".", maxSplits: 1).map(String.init)
    tables.append(
      TableRoute(
        schema: parts.count == 2 ? parts[0] : "public", table: parts.last ?? table, operations: operations, closure: closure))
  }

  /// Registers a step from one version of an event to a newer one. Steps are followed until a handler takes the version.
  ///
  /// - Parameters:
  ///   - to: the version it leads to; default the next.
  ///   - newType: where the event was renamed.
  public mutating func upcast(
    _ type: String, from version: Int, to newVersion: Int? = nil, as newType: String? = nil, _ upcaster: @escaping Upcaster
  ) {
    registry.add(
      EventRegistry.Upcast(
        from: EventKind(type, version: version), to: EventKind(newType ?? type, version: newVersion ?? version + 1)))
    upcasters.append(upcaster)
  }

  /// Checks what was registered, and creates the inbox.
  ///
  /// - Throws: ``EventRegistrationError``.
  public func prepare(_ connection: Connection) async throws {
    try registry.validate()
    try await store?.prepare(connection)
  }

  /// Forgets the events that the inbox has kept for as long as it is to, in steps.
  public func maintain(_ connection: Connection) async throws {
    guard let store, let inbox else { return }
    var count: Int
    repeat {
      count = try await store.prune(inbox, on: connection)
      forgotten.increment(by: count)
    } while count >= inbox.stepSize && !Task.isCancelled
  }

  /// Changes of registered tables, and everything else on the topics of registered events.
  public func accepts(_ record: ChangeRecord) -> Bool {
    if let envelope = record.envelope { return route(of: envelope) != nil }
    return !record.isTombstone && registry.listens(to: record.topic)
  }

  /// Calls the handlers, in order.
  public func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let calls = try calls(for: records)
    var taken: Set<String>?
    if let store {
      for call in calls where call.id == nil {
        throw RecordFailure(index: call.index, reason: "\(name) handles each event once and needs its ID (header \(format.idHeader))")
      }
      taken = try await store.take(Set(calls.compactMap(\.id)), in: transaction)
    }
    for call in calls {
      if let id = call.id, taken != nil, taken?.remove(id) == nil {
        duplicates.increment()
        continue
      }
      do {
        switch call.work {
        case .event(let event, let number): try await closures[number](event, transaction)
        case .change(let number): try await tables[number].closure(records[call.index], transaction)
        }
        handled.increment()
      } catch let failure as RecordFailure {
        throw RecordFailure(index: call.index, reason: failure.reason, cause: failure.cause)
      } catch {
        throw RecordFailure(index: call.index, reason: "\(name) could not handle \(call.what)", cause: error)
      }
    }
  }

  private static func counter(_ handler: String, _ outcome: String) -> Counter {
    Counter(label: MetricNames.events, dimensions: [("handler", handler), ("outcome", outcome)])
  }
}
