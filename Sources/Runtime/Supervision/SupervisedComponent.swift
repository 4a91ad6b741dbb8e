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
  /// False where a restart would lose data: its unexpected end then stops the whole group.
  public var mayRestart: Bool
  /// Awaited before it is asked to stop, for what it should still do while those after it have stopped already. It must end by itself.
  public var beforeStop: @Sendable () async -> Void

  /// See the properties.
  public init(
    process: ManagedProcess, startDeadline: Duration = .seconds(60), stopDeadline: Duration = .seconds(25), mayRestart: Bool = true,
    beforeStop: @escaping @Sendable () async -> Void = {}, isReady: @escaping @Sendable () async -> Bool
  ) {
    self.process = process
    self.isReady = isReady
    self.startDeadline = startDeadline
    self.stopDeadline = stopDeadline
    self.mayRestart = mayRestart
    self.beforeStop = beforeStop
  }
}
