internal import Logging
internal import Synchronization

/// One thread for one connection: libpq is only ever called here, so it may block here and never in the cooperative pool.
///
/// Work is done in the order in which it was handed in. While there is none, the thread sleeps on the socket, so that notifications and a closed
/// connection are noticed when they come.
final class ConnectionThread: Sendable {
  struct Job: Sendable {
    let control: JobControl
    let run: @Sendable (Session) -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct Queue {
    var jobs: [Job] = []
    var running: JobControl?
    var isStopping = false
  }

  private let queue = Mutex(Queue())
  let wakePipe: WakePipe
  let state = SessionState()

  /// Starts the thread; the session on it is not connected yet.
  init(configuration: ConnectionConfiguration, logger: Logger, onNotice: (@Sendable (Notice) -> Void)?) throws {
    wakePipe = try WakePipe()
    try NativeThread.start { [self] in
      work(Session(configuration: configuration, logger: logger, wakePipe: wakePipe, state: state, onNotice: onNotice))
    }
  }

  /// Runs `body` on the thread.
  ///
  /// When the task is cancelled, work that has not begun is taken out of the queue, and work that has begun is interrupted (its query is cancelled
  /// on the server) unless `isCancellable` is false.
  func perform<Value: Sendable>(
    _ operation: PostgresError.Operation, timeout: Duration?, isCancellable: Bool = true,
    atDeadline: JobControl.DeadlineAction = .cancelQuery, _ body: @escaping @Sendable (Session, JobControl) throws -> Value
  ) async throws -> Value {
    let control = JobControl(operation: operation, timeout: timeout, atDeadline: atDeadline)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        submit(
          Job(
            control: control,
            run: { session in continuation.resume(with: Result { try body(session, control) }) },
            fail: { continuation.resume(throwing: $0) }))
      }
    } onCancel: {
      if isCancellable { interrupt(control) }
    }
  }

  /// Hands in work that nobody waits for; `onFailure` is called when it is not done because the thread has ended.
  func post(
    _ operation: PostgresError.Operation, timeout: Duration?, _ body: @escaping @Sendable (Session, JobControl) -> Void,
    onFailure: @escaping @Sendable (any Error) -> Void = { _ in }
  ) {
    let control = JobControl(operation: operation, timeout: timeout)
    submit(Job(control: control, run: { body($0, control) }, fail: onFailure))
  }

  private enum Admission {
    case queued
    case stopping
    case cancelled
  }

  private func submit(_ job: Job) {
    let admission = queue.withLock { queue -> Admission in
      if queue.isStopping { return .stopping }
      // The task was cancelled before there was anything to take out of the queue; a cancellation after this finds the job there.
      if job.control.isCancelled { return .cancelled }
      queue.jobs.append(job)
      return .queued
    }
    switch admission {
    case .queued: wakePipe.wake()
    case .stopping: job.fail(PostgresError.closed(operation: job.control.operation))
    case .cancelled: job.fail(CancellationError())
    }
  }

  private func interrupt(_ control: JobControl) {
    control.cancel()
    let waiting = queue.withLock { queue -> Job? in
      guard let index = queue.jobs.firstIndex(where: { $0.control === control }) else { return nil }
      return queue.jobs.remove(at: index)
    }
    if let waiting {
      waiting.fail(CancellationError())
    } else {
      wakePipe.wake()
    }
  }

  /// Has the statement that runs now cancelled on the server; COMMIT is left alone.
  func cancelRunning() {
    queue.withLock { $0.running }?.requestCancel()
    wakePipe.wake()
  }

  /// No more work is taken; what is queued is still done, then the connection is closed and the thread ends.
  func stop() {
    queue.withLock { $0.isStopping = true }
    wakePipe.wake()
  }

  private enum Step {
    case run(Job)
    case idle
    case end
  }

  private func work(_ session: Session) {
    while true {
      let step = queue.withLock { queue -> Step in
        queue.running = nil
        if !queue.jobs.isEmpty {
          let job = queue.jobs.removeFirst()
          queue.running = job.control
          return .run(job)
        }
        if queue.isStopping { return .end }
        return .idle
      }
      switch step {
      case .run(let job):
        if job.control.isCancelled {
          job.fail(CancellationError())
        } else {
          // The state is published before the continuation runs: the session does it at the end of its own work.
          job.run(session)
        }
      case .idle:
        session.idle()
      case .end:
        session.close()
        return
      }
    }
  }
}
