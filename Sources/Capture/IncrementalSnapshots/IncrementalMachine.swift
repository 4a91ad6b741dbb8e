/// Decides what an incremental snapshot does next: which table, which chunk, and what is told. Pure; I/O is around it.
///
/// A chunk is read while the stream waits (`chunkRead`), its rows stay in a window until the stream has come past the moment of reading
/// (`windowClosed`), and what the stream brought meanwhile wins.
struct IncrementalMachine: Sendable {
  /// What happened, in Debezium's terms; the names are those of its notifications.
  enum Event: Hashable, Sendable {
    case started(tables: [String])
    case inProgress(table: String, maximum: [String?], last: [String?], tables: [String])
    case scanned(table: String, rows: Int, ScanStatus, tables: [String])
    case paused(tables: [String])
    case resumed(tables: [String])
    case aborted(tables: [String])
    case completed
  }

  enum ScanStatus: String, Hashable, Sendable {
    case succeeded = "SUCCEEDED"
    case empty = "EMPTY"
    case noPrimaryKey = "NO_PRIMARY_KEY"
    case unknownSchema = "UNKNOWN_SCHEMA"
    case sqlException = "SQL_EXCEPTION"
  }

  private(set) var state: IncrementalState
  /// A chunk's rows wait for the stream.
  private(set) var hasWindow = false
  /// Where the next chunk begins, once the window's rows are delivered.
  private var next: (last: [String?], rows: Int, isLast: Bool)?
  /// Ends with the events of a snapshot: what its notifications are named by.
  private(set) var lastCorrelationID: String?

  init(_ state: IncrementalState = IncrementalState()) {
    self.state = state
    lastCorrelationID = state.correlationID
  }

  /// The next chunk is to be read.
  var wantsChunk: Bool { state.isRunning && !state.isPaused && !hasWindow }
  var table: IncrementalState.Table? { state.tables.first }
  private var names: [String] { state.tables.map(\.name) }

  /// Notes that a signal is handled now; false if it was handled before.
  mutating func take(_ origin: SignalOrigin) -> Bool { state.signals.take(origin) }

  // MARK: - Signals

  /// - Parameter captured: the tables that the connector captures.
  mutating func execute(_ request: SnapshotRequest, id: String, captured: [String]) -> [Event] {
    let wasRunning = state.isRunning
    let conditions = request.conditions.compactMap { condition in
      (try? NamePattern(condition.collection, caseInsensitive: true)).map { ($0, condition.filter) }
    }
    for name in Self.expand(request.collections, captured: captured) {
      let filter = conditions.first { $0.0.matches(name) }?.1
      state.tables.append(
        .init(name: name, filter: filter?.trimmingSpace().isEmpty == false ? filter : nil, surrogateKey: request.surrogateKey))
    }
    state.correlationID = id
    lastCorrelationID = id
    return wasRunning ? [] : [.started(tables: names)]
  }

  /// - Parameter collections: nil for all.
  mutating func stop(_ collections: [String]?, captured: [String]) -> [Event] {
    guard state.isRunning else { return [] }
    let current = state.tables.first
    var stopped: [String] = []
    for name in Self.expand(collections ?? [".*"], captured: names) where names.contains(name) {
      stopped.append(name)
      state.tables.removeAll { $0.name == name }
    }
    if state.tables.first != current {
      state.cursor = nil
      forgetWindow()
    }
    if !state.isRunning { end() }
    return [.aborted(tables: stopped)]
  }

  mutating func pause() -> [Event] {
    guard state.isRunning, !state.isPaused else { return [] }
    state.isPaused = true
    return [.paused(tables: names)]
  }

  mutating func resume() -> [Event] {
    guard state.isRunning, state.isPaused else { return [] }
    state.isPaused = false
    return [.resumed(tables: names)]
  }

  // MARK: - Chunks

  /// Where the chunk to read begins; nil for the start of the table. A table whose key is another one by now is begun again.
  mutating func cursor(orderedBy columns: [String]) -> IncrementalState.Cursor? {
    if state.cursor?.columns != columns { state.cursor = nil }
    return state.cursor
  }

  /// The first table was begun.
  ///
  /// - Parameter maximum: its largest key; nil if it has no row.
  mutating func begun(columns: [String], maximum: [String?]?) -> [Event] {
    guard let maximum else { return finishTable(.empty) }
    state.cursor = .init(columns: columns, maximum: maximum)
    return []
  }

  /// A chunk of the first table is in the window.
  ///
  /// - Parameters:
  ///   - rows: how many; 0 ends the table.
  ///   - last: the key of the last one.
  ///   - isLast: no further row follows.
  mutating func chunkRead(rows: Int, last: [String?], isLast: Bool) -> [Event] {
    guard let table, let cursor = state.cursor else { return [] }
    guard rows > 0 else { return finishTable(.succeeded) }
    hasWindow = true
    next = (last, cursor.rows + rows, isLast)
    return [.inProgress(table: table.name, maximum: cursor.maximum, last: last, tables: names)]
  }

  /// The window's rows were handed on.
  mutating func windowClosed() -> [Event] {
    guard hasWindow, let next else { return [] }
    forgetWindow()
    state.cursor?.last = next.last
    state.cursor?.rows = next.rows
    return next.isLast ? finishTable(.succeeded) : []
  }

  /// The window's rows are not wanted: the same chunk is read again.
  mutating func windowDiscarded() { forgetWindow() }

  /// The first table cannot be read.
  mutating func skipTable(_ status: ScanStatus) -> [Event] {
    forgetWindow()
    return finishTable(status)
  }

  private mutating func finishTable(_ status: ScanStatus) -> [Event] {
    guard let table else { return [] }
    var events: [Event] = [.scanned(table: table.name, rows: state.cursor?.rows ?? 0, status, tables: names)]
    state.tables.removeFirst()
    state.cursor = nil
    if !state.isRunning {
      events.append(.completed)
      end()
    }
    return events
  }

  private mutating func end() {
    state.correlationID = nil
    state.isPaused = false
    state.cursor = nil
    forgetWindow()
  }

  private mutating func forgetWindow() {
    hasWindow = false
    next = nil
  }

  /// The captured tables that expressions match, each once; an expression that matches none stands for itself.
  static func expand(_ collections: [String], captured: [String]) -> [String] {
    var names: [String] = []
    for collection in collections {
      let plain = collection.filter { $0 != "\"" }
      var found = matches(collection, captured)
      if found.isEmpty, plain != collection { found = matches(plain, captured) }
      for name in found.isEmpty ? [plain] : found where !names.contains(name) { names.append(name) }
    }
    return names
  }

  private static func matches(_ pattern: String, _ captured: [String]) -> [String] {
    guard let pattern = try? NamePattern(pattern) else { return [] }
    return captured.filter { pattern.matches($0) }
  }
}
