/// Decides what becomes of a daemon that ended without being asked: pure, so that tests drive it without processes.
public struct RestartPolicy: Sendable, Equatable {
  /// What to do.
  public enum Decision: Sendable, Equatable {
    /// Start it again after this long.
    case restart(after: Duration)
    /// Stop the whole group: starting it again cannot help, or would lose data.
    case giveUp(String)
  }

  /// Starts within `window` after which the group gives up.
  public var maximumRestarts: Int
  /// The first back-off; it doubles with each restart up to `cap`.
  public var initialDelay: Duration
  /// The longest back-off.
  public var cap: Duration

  /// Defaults: 10 restarts, 200 ms doubling up to 10 s.
  public init(maximumRestarts: Int = 10, initialDelay: Duration = .milliseconds(200), cap: Duration = .seconds(10)) {
    self.maximumRestarts = maximumRestarts
    self.initialDelay = initialDelay
    self.cap = cap
  }

  /// - Parameters:
  ///   - restarts: how often it was restarted without running well for a while in between.
  ///   - jitter: 0 to 1, drawn by the caller; the delay is between half and all of the back-off.
  public func decide(exit: ManagedProcess.Exit, restarts: Int, jitter: Double) -> Decision {
    switch exit {
    case .code(64), .code(78): return .giveUp("\(exit): its configuration or usage is wrong, and starting it again would not change that")
    default: break
    }
    guard restarts < maximumRestarts else { return .giveUp("\(exit): it ended \(restarts + 1) times in a row") }
    let doubled = initialDelay * (1 << min(restarts, 20))
    let delay = min(doubled, cap)
    return .restart(after: delay * (0.5 + 0.5 * min(max(jitter, 0), 1)))
  }
}
