/// Waits until a moment. Benchmarks pace a load and sample counters, which is what this is for; tests wait for signals instead.
public func pause(until instant: ContinuousClock.Instant) async throws {
  try await ContinuousClock().sleep(until: instant, tolerance: .zero)
}

/// Waits for a while.
public func pause(_ duration: Duration) async throws { try await pause(until: .now + duration) }

/// Asks again and again until `condition` gives a value.
///
/// - Throws: ``BenchmarkFailure`` where that takes longer than `limit`.
public func waitFor<Value>(
  _ what: String, within limit: Duration, every interval: Duration = .milliseconds(50), _ condition: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + limit
  while true {
    if let value = try await condition() { return value }
    guard ContinuousClock.now < deadline else { throw BenchmarkFailure("\(what): not within \(limit)") }
    try await pause(interval)
  }
}

/// As above, for a condition that is true or false.
public func waitUntil(
  _ what: String, within limit: Duration, every interval: Duration = .milliseconds(50), _ condition: () async throws -> Bool
) async throws {
  try await waitFor(what, within: limit, every: interval) { try await condition() ? () : nil }
}
