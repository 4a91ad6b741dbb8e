/// Runs `body` and cancels it when `duration` is over, which then is a `timedOut` error. The body must answer to cancellation.
func withDeadline<T: Sendable>(_ duration: Duration, _ place: String, _ body: @escaping @Sendable () async throws -> T) async throws -> T {
  try await withThrowingTaskGroup(of: T?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: duration)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else {
      throw KafkaError(code: .timedOut, reason: "no answer within \(duration)", where: place)
    }
    return value
  }
}
