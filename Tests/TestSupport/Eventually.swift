/// Something did not become true in time.
public struct NotInTime: Error, CustomStringConvertible {
  /// What was waited for.
  public var what: String
  /// How long.
  public var limit: Duration

  /// See the properties.
  public init(what: String, limit: Duration) {
    self.what = what
    self.limit = limit
  }

  /// One line.
  public var description: String { "\(what) did not happen within \(limit)" }
}

/// Asks again and again until the condition is true: for what gives no signal that could be awaited.
///
/// - Parameters:
///   - limit: default 10 s.
///   - interval: pause between two questions, default 20 ms.
/// - Throws: ``NotInTime``, and at once what the condition throws.
public func eventually(
  within limit: Duration = .seconds(10), every interval: Duration = .milliseconds(20), _ what: String = "what was expected",
  isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
  let deadline = ContinuousClock.now.advanced(by: limit)
  while true {
    if try await condition() { return }
    guard ContinuousClock.now < deadline else { throw NotInTime(what: what, limit: limit) }
    try await Task.sleep(for: interval)
  }
}

/// Runs work that must end in time; it is cancelled when it does not.
/// - Throws: ``NotInTime``, or what the work throws.
public func within<Value: Sendable>(
  _ limit: Duration, _ what: String = "the work", _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw NotInTime(what: what, limit: limit)
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw NotInTime(what: what, limit: limit) }
    return value
  }
}
