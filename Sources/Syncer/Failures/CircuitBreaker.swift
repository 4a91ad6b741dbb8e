/// Keeps a sink that is down from being tried by everybody at once. Pure: it is told what happened and says who may go on.
///
/// Closed, work goes on. After so many failures in a row, each of which said that the sink is down, it opens: nobody works, and one at a time asks the sink
/// whether it answers, with growing delays. When it does, the breaker is half-open: one transaction is tried. If that one gets through, it closes; if the sink
/// answers and yet takes no records (a full disk, a missing privilege), it opens again and waits longer than before.
///
/// A failure of another kind is an answer of the sink: it says nothing about the others' work.
/// Source: Nygard, "Release It!", circuit breaker.
struct CircuitBreaker: Sendable {
  /// As the metric numbers them.
  enum Phase: Int, Hashable, Sendable, CaseIterable {
    case closed = 0
    case open = 1
    case halfOpen = 2
  }

  /// What somebody who wants to work may do.
  enum Admission: Hashable, Sendable {
    /// Work, and say what came of it.
    case work
    /// Ask the sink whether it answers, and say what it did.
    case probe
    /// Wait so long, or, where it is nil, until somebody else knows more; then ask again.
    case wait(Duration?)
  }

  private enum State: Hashable, Sendable {
    case closed(failures: Int)
    case open(until: ContinuousClock.Instant, isProbing: Bool)
    case halfOpen(isTrying: Bool)
  }

  private var state = State.closed(failures: 0)
  /// How often it has opened since work last got through.
  private var openings = 0
  private let threshold: Int
  private let delays: RetryPolicy

  /// - Parameters:
  ///   - threshold: so many failures in a row open it; at least 1.
  ///   - delays: before each question to the sink; the number of attempts is ignored.
  init(threshold: Int, delays: RetryPolicy) {
    self.threshold = max(threshold, 1)
    self.delays = delays
  }

  /// Where it is.
  var phase: Phase {
    switch state {
    case .closed: .closed
    case .open: .open
    case .halfOpen: .halfOpen
    }
  }

  /// Asks for admission. Whoever is told to work or to probe has to report what came of it.
  mutating func admit(now: ContinuousClock.Instant) -> Admission {
    switch state {
    case .closed:
      return .work
    case .open(let until, let isProbing):
      if isProbing { return .wait(nil) }
      if now < until { return .wait(until - now) }
      state = .open(until: until, isProbing: true)
      return .probe
    case .halfOpen(let isTrying):
      if isTrying { return .wait(nil) }
      state = .halfOpen(isTrying: true)
      return .work
    }
  }

  /// As ``admit(now:)``, for somebody who has no work and only asks the sink; nil where it is not open.
  mutating func admitProbe(now: ContinuousClock.Instant) -> Admission? {
    if case .open = state { admit(now: now) } else { nil }
  }

  /// The sink was asked.
  mutating func probed(answered: Bool, now: ContinuousClock.Instant, random: Double) {
    guard case .open(_, true) = state else { return }
    if answered {
      state = .halfOpen(isTrying: false)
    } else {
      open(now: now, random: random)
    }
  }

  /// The sink has taken work, or has refused it for a reason of the work's own.
  mutating func answered() {
    state = .closed(failures: 0)
    openings = 0
  }

  /// The sink is down.
  mutating func failed(now: ContinuousClock.Instant, random: Double) {
    switch state {
    case .closed(let failures):
      if failures + 1 >= threshold { open(now: now, random: random) } else { state = .closed(failures: failures + 1) }
    case .halfOpen:
      open(now: now, random: random)
    case .open:
      // Somebody who began before it opened.
      break
    }
  }

  /// Whoever was admitted did neither: there was nothing left to do, or a stop was asked for.
  mutating func abandoned() {
    switch state {
    case .halfOpen: state = .halfOpen(isTrying: false)
    case .open(let until, _): state = .open(until: until, isProbing: false)
    case .closed: break
    }
  }

  private mutating func open(now: ContinuousClock.Instant, random: Double) {
    openings += 1
    // At least half of it: it is the sink that is to be spared, by all members together.
    state = .open(until: now + delays.ceiling(after: openings) * (0.5 + min(max(random, 0), 1) / 2), isProbing: false)
  }
}
