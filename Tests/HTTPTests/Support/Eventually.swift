/// Asks until it is true, for ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws {
  struct NotInTime: Error {}
  let deadline = ContinuousClock.now + .seconds(10)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NotInTime() }
    try await Task.sleep(for: .milliseconds(5))
  }
}
