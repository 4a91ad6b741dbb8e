/// Something took longer than it may.
struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
  let limit: Duration

  var description: String { "no answer within \(limit)" }
}

/// Runs `body` and cancels it when it takes longer than `limit`.
///
/// - Throws: ``DeadlineExceeded`` then; otherwise what `body` throws.
func withTimeLimit<R: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> R) async throws -> R {
  try await withThrowingTaskGroup(of: R.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw DeadlineExceeded(limit: limit)
    }
    defer { group.cancelAll() }
    guard let first = try await group.next() else { throw CancellationError() }
    return first
  }
}
