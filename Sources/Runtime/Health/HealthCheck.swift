import Synchronization

/// One check, run at most once at a time and never waited for beyond its deadline.
final class HealthCheck: Sendable {
  private struct State {
    var running: ContinuousClock.Instant?
    /// Reports that came while it was running and wait for the same answer.
    var waiting: [Int: CheckedContinuation<HealthStatus, Never>] = [:]
    var nextID = 0
    /// What it answered last time.
    var last: HealthStatus?
  }

  private enum Beginning { case start, join, hanging(since: ContinuousClock.Instant) }

  let name: String
  let aspects: Set<HealthAspect>
  private let deadline: Duration
  private let body: @Sendable () async -> HealthStatus
  private let state = Mutex(State())

  init(name: String, aspects: Set<HealthAspect>, deadline: Duration, body: @escaping @Sendable () async -> HealthStatus) {
    self.name = name
    self.aspects = aspects
    self.deadline = deadline
    self.body = body
  }

  func run() async -> HealthReport.Entry {
    let clock = ContinuousClock()
    let start = clock.now
    let status = await answer(start: start)
    return HealthReport.Entry(name: name, status: status, milliseconds: Int((clock.now - start).inSeconds * 1000))
  }

  private func answer(start: ContinuousClock.Instant) async -> HealthStatus {
    let beginning = state.withLock { state -> Beginning in
      guard let since = state.running else {
        state.running = start
        return .start
      }
      return start - since >= deadline ? .hanging(since: since) : .join
    }
    if case .hanging(let since) = beginning {
      return .down("has not answered for \(Int((start - since).inSeconds)) s")
    }
    return await withCheckedContinuation { continuation in
      let (id, last) = state.withLock { state -> (Int, HealthStatus?) in
        state.nextID += 1
        // Joined too late: it ended between the two locks, so its answer is brand new.
        if case .join = beginning, state.running == nil, let last = state.last { return (state.nextID, last) }
        state.waiting[state.nextID] = continuation
        return (state.nextID, nil)
      }
      if let last {
        continuation.resume(returning: last)
        return
      }
      // A task group would wait for a check that ignores cancellation, so these two tasks outlive the report when they must.
      Task {
        try? await Task.sleep(for: self.deadline)
        self.resume(id, with: .down("no answer within \(DurationText.format(self.deadline))"))
      }
      if case .start = beginning {
        Task {
          let status = await self.body()
          self.finish(with: status)
        }
      }
    }
  }

  private func finish(with status: HealthStatus) {
    let waiting = state.withLock { state in
      state.running = nil
      state.last = status
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume(returning: status) }
  }

  private func resume(_ id: Int, with status: HealthStatus) {
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: status)
  }
}
