internal import Foundation
public import Logging
internal import Postgres
public import ServiceLifecycle

/// Captures a PostgreSQL database's changes and hands them to a sink as Debezium's records.
///
/// `run()` returns after a graceful shutdown (or `stop()`, or where `CaptureOptions` says so), throws `CaptureError` when somebody
/// has to act, and otherwise goes on: when PostgreSQL or the sink goes away in the middle it waits, with growing pauses, and reads
/// what is in doubt again from the slot. Cancelling its task is a kill: nothing is flushed, nothing is lost.
public final class CaptureEngine: Service {
  private let configuration: ConnectorConfiguration
  private let sink: any RecordSink
  private let offsets: any OffsetStore
  private let options: CaptureOptions
  private let logger: Logger
  private let stopSignal = StopSignal()
  private let pauseGate = PauseGate()
  private let board = StatusBoard()
  let inbox = SignalInbox()

  /// Makes an engine; nothing is connected before `run()`.
  ///
  /// - Parameters:
  ///   - sink: closed by the engine when it ends.
  ///   - offsets: what the connector remembers between runs.
  public init(
    configuration: ConnectorConfiguration, sink: any RecordSink, offsets: any OffsetStore, options: CaptureOptions = CaptureOptions(),
    logger: Logger
  ) {
    self.configuration = configuration
    self.sink = sink
    self.offsets = offsets
    self.options = options
    var logger = logger
    logger[metadataKey: "connector"] = "\(configuration.name)"
    self.logger = logger
  }

  /// What the capture knows about itself; cheap, from any thread.
  public var status: CaptureStatus { board.status }

  /// Asks for a graceful stop: what was read is delivered and confirmed, then `run()` returns.
  public func stop() {
    stopSignal.trigger()
    pauseGate.openForGood()
  }

  /// Sends nothing more until `resume()`. A running capture keeps its connections and its slot: the server retains WAL from where it
  /// stands (`CaptureStatus.retainedWALBytes`), and a snapshot keeps its transaction. One that has not begun does not begin.
  public func pause() {
    pauseGate.close()
    board.update { $0.isPaused = true }
    logger.notice("paused: nothing is sent, and the server retains WAL for the slot", metadata: ["slot": "\(configuration.slotName)"])
  }

  /// Goes on after `pause()`, without a gap.
  public func resume() {
    board.update { $0.isPaused = false }
    pauseGate.open()
    logger.notice("resumed")
  }

  /// Runs until stopped.
  ///
  /// - Throws: `CaptureError`, whose `exitCode` says whether to change the configuration (78) or to try again (1);
  ///   `CancellationError`.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      do {
        try await runUntilStopped()
        await sink.close(deadline: options.shutdownDeadline)
        board.update { $0.phase = .stopped }
      } catch {
        board.update {
          $0.phase = .stopped
          $0.lastFailure = "\(error)"
        }
        await sink.close(deadline: .zero)
        throw error
      }
    } onGracefulShutdown: {
      self.stop()
    }
  }

  private func runUntilStopped() async throws {
    let metrics = CaptureMetrics(
      prefix: configuration.topicPrefix, connector: configuration.name, tags: configuration.metricTags.map { ($0.name, $0.value) },
      queueCapacity: configuration.queueCapacity)
    let planner = RelationPlanner(
      configuration: configuration, runID: UUID().uuidString.lowercased(), version: options.version, logger: logger)
    let session = CaptureSession(
      configuration: configuration, options: options, sink: sink, offsets: offsets, planner: planner, stop: stopSignal, pause: pauseGate,
      board: board, metrics: metrics,
      notifications: NotificationService(configuration.notifications, board: board, logger: logger), inbox: inbox, logger: logger)
    var backoff = Backoff(cap: configuration.restartWait)
    let begin = ContinuousClock.now
    var hasBeenConnected = false
    while !stopSignal.isTriggered {
      let before = board.status.eventsSeen
      do {
        try await pauseGate.pass()
        guard !stopSignal.isTriggered else { break }
        try await sink.open()
        _ = try await session.run()
        return board.endSession()
      } catch {
        hasBeenConnected = hasBeenConnected || board.hasReached
        board.endSession()
        try Task.checkCancellation()
        let failure = Failure(error, configuration: configuration)
        guard failure.isRetriable, !stopSignal.isTriggered else {
          if stopSignal.isTriggered, failure.isRetriable {
            return logger.warning("stopped while something was wrong: \(failure.error.description)")
          }
          throw failure.error
        }
        if !hasBeenConnected, ContinuousClock.now - begin >= options.connectDeadline { throw failure.error }
        if board.status.eventsSeen > before { backoff.reset() }
        if let limit = configuration.maxRestarts, backoff.attempts >= limit { throw failure.error }
        let wait = backoff.next()
        board.update {
          $0.phase = .reconnecting
          $0.reconnects += 1
          $0.lastFailure = failure.error.description
        }
        metrics.report(
          board.status, counters: board.counters, queueLimit: configuration.maxBytesInFlight,
          millisecondsSinceLastEvent: board.millisecondsSinceLastEvent)
        logger.warning(
          hasBeenConnected ? "capture interrupted; it goes on from the slot" : "capture cannot begin yet; it is tried again",
          metadata: ["reason": "\(failure.error)", "wait": "\(wait.seconds) s"])
        try await stopSignal.sleep(for: wait)
      }
    }
  }
}
