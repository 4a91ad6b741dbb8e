internal import Synchronization

/// Remembers expressions whose matching was given up, for whoever can fail with that: a filter alone answers yes or no.
final class PatternWatch: Sendable {
  private struct State {
    var patterns: Set<String> = []
    var problem: String?
  }

  private let state = Mutex(State())

  /// What was given up first, as an error says it; nil while nothing was.
  var problem: String? { state.withLock { $0.problem } }

  /// Whether this expression took too long before: it is not tried again.
  func hasGivenUp(_ pattern: String) -> Bool { state.withLock { !$0.patterns.isEmpty && $0.patterns.contains(pattern) } }

  func giveUp(_ pattern: String, on text: String) {
    state.withLock { state in
      state.patterns.insert(pattern)
      guard state.problem == nil else { return }
      state.problem =
        "the regular expression \(JSONDocument.quoted(String(pattern.prefix(200)))) took longer than \(NamePattern.deadline) on "
        + "\(JSONDocument.quoted(String(text.prefix(200)))): write it without nested repetitions"
    }
  }

  /// - Throws: `CaptureError` (configuration) where an expression was given up.
  func check() throws(CaptureError) {
    if let problem { throw .configuration(problem) }
  }
}
