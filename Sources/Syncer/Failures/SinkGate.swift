internal import Logging
internal import Synchronization

/// Where everybody who wants to work on the sink passes: a ``CircuitBreaker`` and those who wait for it.
final class SinkGate: Sendable {
  /// No answer within this is no answer.
  private static let probeTimeout: Duration = .seconds(10)
  /// The longest wait without looking whether a stop is asked for.
  private static let patience: Duration = .seconds(1)

  private let breaker: Mutex<CircuitBreaker>
  private let changed = Signal()
  private let sink: any Sink
  private let state: EngineState
  private let metrics: FailureMetrics
  private let logger: Logger

  init(sink: any Sink, configuration: SyncerConfiguration, state: EngineState, metrics: FailureMetrics, logger: Logger) {
    self.sink = sink
    self.state = state
    self.metrics = metrics
    self.logger = logger
    breaker = Mutex(CircuitBreaker(threshold: configuration.breakerFailures, delays: configuration.sinkRetry))
    metrics.circuit(.closed)
  }

  /// Whether work goes on.
  var isClosed: Bool { breaker.withLock { $0.phase == .closed } }

  /// Whether nobody works, not even to try.
  var isOpen: Bool { breaker.withLock { $0.phase == .open } }

  /// Asks the sink while it is down, until a stop is asked for: nobody else does where nobody has work, and nobody gets work while it is open.
  func run() async {
    while !state.isStopping, !Task.isCancelled {
      let version = changed.version
      switch breaker.withLock({ $0.admitProbe(now: .now) }) {
      case .probe: await probe()
      case .wait(let limit): await changed.wait(after: version, atMost: min(limit ?? Self.patience, Self.patience))
      case .work, nil: await changed.wait(after: version, atMost: Self.patience)
      }
    }
  }

  /// Waits until the sink may be worked on. False where a stop was asked for first; otherwise one of ``answered()``, ``failed()`` and ``abandoned()`` has
  /// to follow.
  func enter() async -> Bool {
    while true {
      let version = changed.version
      if state.isStopping || Task.isCancelled { return false }
      switch breaker.withLock({ $0.admit(now: .now) }) {
      case .work: return true
      case .probe: await probe()
      case .wait(let limit): await changed.wait(after: version, atMost: min(limit ?? Self.patience, Self.patience))
      }
    }
  }

  /// The sink has taken work, or refused it for the work's own reasons.
  func answered() { change { $0.answered() } }

  /// The sink is down.
  func failed() { change { $0.failed(now: .now, random: .random(in: 0..<1)) } }

  /// There was nothing to do.
  func abandoned() { change { $0.abandoned() } }

  private func probe() async {
    let sink = sink
    do {
      try await withTimeLimit(Self.probeTimeout) { try await sink.ping() }
      change { $0.probed(answered: true, now: .now, random: 0) }
    } catch {
      if Task.isCancelled { return change { $0.abandoned() } }
      state.withLock { $0.counts.retries += 1 }
      logger.debug("the sink does not answer yet", metadata: ["sink": "\(sink.name)", "error": "\(String(reflecting: error))"])
      change { $0.probed(answered: false, now: .now, random: .random(in: 0..<1)) }
    }
  }

  private func change(_ body: (inout CircuitBreaker) -> Void) {
    let (before, after) = breaker.withLock { breaker in
      let before = breaker.phase
      body(&breaker)
      return (before, breaker.phase)
    }
    guard before != after || after != .closed else { return }
    changed.signal()
    guard before != after else { return }
    metrics.circuit(after)
    switch after {
    case .open where before == .closed:
      logger.error("the sink is down: nothing is applied until it answers", metadata: ["sink": "\(sink.name)"])
    case .open: logger.debug("the sink is still down", metadata: ["sink": "\(sink.name)"])
    case .halfOpen: logger.info("the sink answers: one transaction is tried", metadata: ["sink": "\(sink.name)"])
    case .closed: logger.notice("the sink takes transactions: everything goes on", metadata: ["sink": "\(sink.name)"])
    }
  }
}
