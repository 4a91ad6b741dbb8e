internal import Synchronization

/// Counts what several tasks have done and tells it to whoever shows it, a few times a second at most.
public final class RebuildMeter: Sendable {
  private struct State {
    var progress: RebuildProgress
    var told: ContinuousClock.Instant?
    /// Moments and counts of the last seconds.
    var samples: [(at: ContinuousClock.Instant, done: Int64)] = []
  }

  private let state: Mutex<State>
  private let show: @Sendable (RebuildProgress) -> Void

  /// - Parameter show: called from any thread, must not block.
  public init(_ version: ReadModelVersion, show: @escaping @Sendable (RebuildProgress) -> Void) {
    state = Mutex(State(progress: RebuildProgress(version: version, phase: .building)))
    self.show = show
  }

  /// Where it stands.
  public var progress: RebuildProgress { state.withLock { $0.progress } }

  /// A phase begins, with so much to do.
  public func begin(_ phase: RebuildProgress.Phase, left: Int64) {
    update(isForced: true) {
      $0.phase = phase
      $0.left = left
    }
  }

  /// So much was done.
  public func done(_ count: Int64) {
    update(isForced: false) {
      $0.done += count
      $0.left = max(0, $0.left - count)
    }
  }

  /// A record could not be applied.
  public func failed() {
    update(isForced: false) { $0.failures += 1 }
  }

  private func update(isForced: Bool, _ change: (inout RebuildProgress) -> Void) {
    let now = ContinuousClock.now
    let news: RebuildProgress? = state.withLock { state in
      change(&state.progress)
      state.samples.append((now, state.progress.done))
      let isOld = { (sample: (at: ContinuousClock.Instant, done: Int64)) in now - sample.at > .seconds(10) }
      state.samples.removeAll(where: isOld)
      if let first = state.samples.first, now - first.at > .milliseconds(50) {
        state.progress.rate = Double(state.progress.done - first.done) / ((now - first.at) / .seconds(1))
      }
      if !isForced, let told = state.told, now - told < .milliseconds(100) { return nil }
      state.told = now
      return state.progress
    }
    if let news { show(news) }
  }
}
