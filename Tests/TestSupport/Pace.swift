/// Steady steps of a load that a test puts on something.
public struct Pace: Sendable {
  private let interval: Duration
  private var due = ContinuousClock.now

  /// One step per `interval`.
  public init(every interval: Duration) {
    self.interval = interval
  }

  /// Waits for the next step's time. Steps that were missed are not made up for.
  public mutating func next() async throws {
    due = max(due + interval, .now)
    try await Task.sleep(until: due, clock: .continuous)
  }
}
