import Synchronization

/// A health check's answer that its owner sets as things happen. From any thread.
public final class HealthSignal: Sendable {
  private let current: Mutex<HealthStatus>

  /// Begins with that status.
  public init(_ status: HealthStatus) { current = Mutex(status) }

  /// What the check answers.
  public var status: HealthStatus {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}
