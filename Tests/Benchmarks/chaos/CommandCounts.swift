/// What the HTTP clients did.
struct CommandCounts: Sendable {
  var accepted = 0
  /// By the domain's rules, which the workload tries out.
  var refused = 0
  /// By a daemon whose database was away, or not at all.
  var unanswered = 0

  mutating func note(_ status: Int) {
    switch status {
    case 200..<300: accepted += 1
    case 400..<500: refused += 1
    default: unanswered += 1
    }
  }

  mutating func add(_ other: CommandCounts) {
    accepted += other.accepted
    refused += other.refused
    unanswered += other.unanswered
  }
}
