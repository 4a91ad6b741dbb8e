internal import ChangeEvents
internal import Foundation
internal import Logging
internal import Postgres

/// Carries out signals between two transactions of the stream: owned by the task that reads it.
final class IncrementalSnapshots {
  /// What the owner does when a signal asks for it.
  enum Demand {
    case blocking(SnapshotRequest, id: String)
  }

  let watch: StreamWatch
  private(set) var machine: IncrementalMachine
  private let session: CaptureSession
  private let reader: SnapshotChunkReader
  private let watermarks: SnapshotWatermarks
  private let source: SourceConnection
  private let notifications: IncrementalNotifications
  /// Where the stream has to be before the window closes.
  private var high: LSN?
  /// Where the stream is.
  private var position: LSN = .zero
  private var readAt: Int64 = 0
  private var retryAt: ContinuousClock.Instant?
  /// What was stored or is on its way to be.
  private var handedOn: IncrementalState

  init(session: CaptureSession, source: SourceConnection, state: IncrementalState?) {
    self.session = session
    self.source = source
    let settings = session.configuration.signals
    watch = StreamWatch(settings)
    machine = IncrementalMachine(state ?? IncrementalState())
    handedOn = machine.state
    session.inbox.restore(machine.state.signals)
    reader = SnapshotChunkReader(configuration: session.configuration, planner: session.planner, source: source)
    watermarks = SnapshotWatermarks(settings: settings, source: source)
    notifications = IncrementalNotifications(service: session.notifications, connector: session.configuration.topicPrefix)
    if machine.state.isRunning {
      session.logger.notice(
        "incremental snapshot goes on", metadata: ["tables": "\(machine.state.tables.map(\.name).joined(separator: ", "))"])
    }
  }

  /// Whether ``work(_:demand:flush:)`` has something to do; cheap.
  func isDue(at position: LSN?) -> Bool {
    if let position, position > self.position { self.position = position }
    if !watch.signals.isEmpty || !session.inbox.isEmpty { return true }
    if watch.window != nil { return isPast }
    return machine.wantsChunk && (retryAt.map { $0 <= .now } ?? true)
  }

  var isBusy: Bool { machine.state.isRunning && !machine.state.isPaused }

  /// The state to store with what is handed on now; nil if that is known already.
  func stateToStore() -> IncrementalState? {
    guard machine.state != handedOn else { return nil }
    handedOn = machine.state
    return handedOn
  }

  private var isPast: Bool { watch.sawClose || high.map { position >= $0 } ?? false }

  /// Works off signals, a window that is over, and the next chunk.
  ///
  /// - Parameters:
  ///   - encoder: stands between two transactions.
  ///   - flush: hands on what the encoder holds, where that is much.
  /// - Returns: what is left to the owner.
  func work(_ encoder: ChangeEncoder, flush: () async throws -> Void) async throws -> [Demand] {
    var demands: [Demand] = []
    for signal in watch.takeSignals() + session.inbox.take() { demands += try await handle(signal) }
    while !session.stop.isTriggered {
      if watch.window != nil, isPast { try await close(encoder, flush: flush) }
      guard machine.wantsChunk, retryAt.map({ $0 <= .now }) ?? true, encoder.batch.byteCount < CaptureSession.batchBytes else { break }
      try await readChunk()
    }
    try session.notifications.write(to: encoder)
    return demands
  }

  // MARK: - Signals

  private func handle(_ signal: CaptureSignal) async throws -> [Demand] {
    guard machine.take(signal.origin) else {
      session.logger.info("a signal was handled before", metadata: ["id": "\(signal.id)", "type": "\(signal.type)"])
      return []
    }
    let request: SignalRequest
    do { request = try SignalRequest(signal) } catch {
      session.logger.warning("signal refused", metadata: ["reason": "\(error)"])
      return []
    }
    session.logger.notice("signal received", metadata: ["id": "\(signal.id)", "type": "\(signal.type)"])
    switch request {
    case .windowOpen, .windowClose: break
    case .log(let message): session.logger.notice("\(message)", metadata: ["signal": "\(signal.id)"])
    case .pause: tell(machine.pause())
    case .resume: tell(machine.resume())
    case .stop(let collections):
      guard machine.state.isRunning else {
        session.logger.warning("no incremental snapshot runs: nothing to stop", metadata: ["id": "\(signal.id)"])
        break
      }
      tell(machine.stop(collections, captured: machine.state.tables.map(\.name)))
      if !machine.hasWindow { watch.takeWindow() }
    case .execute(let request) where request.kind == .blocking: return [.blocking(request, id: signal.id)]
    case .execute(let request):
      let tables = try await SourceCatalog(connection: try await source.open(), publication: session.configuration.publicationName)
        .capturedTables(session.configuration)
      let captured = tables.filter { !session.configuration.signals.isSignalTable(schema: $0.schema, table: $0.name) }
      tell(machine.execute(request, id: signal.id, captured: captured.map(\.qualifiedName)))
      retryAt = nil
    }
    return []
  }

  private func tell(_ events: [IncrementalMachine.Event]) {
    guard !events.isEmpty else { return }
    notifications.send(events, id: machine.lastCorrelationID)
    for event in events {
      switch event {
      case .completed: session.logger.notice("incremental snapshot completed")
      case .scanned(let table, let rows, let status, _):
        session.logger.notice(
          "incremental snapshot of a table ended", metadata: ["table": "\(table)", "rows": "\(rows)", "status": "\(status.rawValue)"])
      default: break
      }
    }
  }

  // MARK: - Windows

  private func readChunk() async throws {
    retryAt = nil
    let id = UUID().uuidString.lowercased()
    let openedAt = SnapshotWatermarks.now()
    let table = machine.table?.name ?? ""
    let outcome: SnapshotChunkReader.Outcome
    let events: [IncrementalMachine.Event]
    let closed: LSN
    do {
      try await watermarks.open(id)
      readAt = WallClock.nanoseconds() / 1000
      (outcome, events) = try await reader.read(&machine, id: id) { watch.recent.areSeen(by: $0) }
      closed = try await watermarks.close(id, openedAt: openedAt)
    } catch let error as PostgresError where error.classification == .permanent {
      // The signal table cannot be written.
      session.logger.error("an incremental snapshot cannot mark its windows", metadata: ["reason": "\(error)"])
      return tell(machine.skipTable(.sqlException))
    }
    tell(events)
    switch outcome {
    case .window(let window, let last, let isLast):
      high = closed
      watch.open(window)
      tell(machine.chunkRead(rows: window.count, last: last, isLast: isLast))
    case .end: tell(machine.chunkRead(rows: 0, last: [], isLast: true))
    case .empty: tell(machine.begun(columns: [], maximum: nil))
    case .skip(let status, let reason):
      session.logger.warning("a table is left out of the incremental snapshot", metadata: ["table": "\(table)", "reason": "\(reason)"])
      tell(machine.skipTable(status))
    case .later(let reason):
      session.logger.debug("a chunk has to wait", metadata: ["table": "\(table)", "reason": "\(reason)"])
      retryAt = .now + .milliseconds(50)
    }
  }

  private func close(_ encoder: ChangeEncoder, flush: () async throws -> Void) async throws {
    guard let window = watch.takeWindow() else { return }
    high = nil
    // As of the stream's position: that is what consumers have to compare it with. The row itself has no place in the WAL.
    let known = encoder.lastCommit?.endLSN.rawValue
    let source = SourceInfo(tsUs: readAt, snapshot: .incremental, lastCommitLSN: known, lsn: known)
    for row in window.remaining {
      try row.bytes.withUnsafeBytes {
        try encoder.read(RowImage(bytes: $0, fields: row.fields), plan: window.plan, source: source)
      }
      if encoder.batch.byteCount >= CaptureSession.batchBytes { try await flush() }
    }
    tell(machine.windowClosed())
  }
}
