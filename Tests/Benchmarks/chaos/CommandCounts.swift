/// What the HTTP clients did.
struct CommandCounts: Sendable {
  var sent = 0
  /// Answers that the workload did not foresee.
  var unexpected: [String] = []
}
