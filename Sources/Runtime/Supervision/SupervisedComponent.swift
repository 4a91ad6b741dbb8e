/// What ``Supervisor`` starts, watches and stops: a process and how to know that it is ready.
public struct SupervisedComponent: Sendable {
  /// The process.
  public var process: ManagedProcess
  /// True once it serves; asked again and again until then. It must return within a second or two.
  public var isReady: @Sendable () async -> Bool
  /// How long the start may take, 60 s by default.
  public var startDeadline: Duration
  /// How long it may take to stop before it is killed, 25 s by default: longer than a daemon's own shutdown deadline.
  public var stopDeadline: Duration

  /// See the properties.
  public init(
    process: ManagedProcess, startDeadline: Duration = .seconds(60), stopDeadline: Duration = .seconds(25),
    isReady: @escaping @Sendable () async -> Bool
  ) {
    self.process = process
    self.isReady = isReady
    self.startDeadline = startDeadline
    self.stopDeadline = stopDeadline
  }
}
