internal import Synchronization

/// How one piece of work on a connection can be interrupted from outside.
final class JobControl: Sendable {
  /// What happens at the deadline.
  enum DeadlineAction: Sendable {
    /// The query is cancelled on the server and its answer awaited.
    case cancelQuery
    /// The connection is given up at once: for COMMIT, which cannot be taken back.
    case abandon
  }

  let operation: PostgresError.Operation
  let deadline: ContinuousClock.Instant?
  let atDeadline: DeadlineAction
  private let cancelled = Atomic<Bool>(false)
  private let asked = Atomic<Bool>(false)

  init(operation: PostgresError.Operation, timeout: Duration?, atDeadline: DeadlineAction = .cancelQuery) {
    self.operation = operation
    self.atDeadline = atDeadline
    deadline = timeout.map { ContinuousClock.now.advanced(by: $0) }
  }

  var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

  func cancel() {
    cancelled.store(true, ordering: .releasing)
  }

  /// A cancel that somebody else asked for: the caller gets the server's error, not a `CancellationError`.
  func requestCancel() {
    if atDeadline == .cancelQuery { asked.store(true, ordering: .releasing) }
  }

  var isCancelRequested: Bool { asked.load(ordering: .acquiring) }

  var isPastDeadline: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }
}
