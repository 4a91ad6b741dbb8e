public import Postgres

/// How a capture runs, beside its connector file.
public struct CaptureOptions: Sendable, Hashable {
  /// Stop once nothing came for so long and everything is delivered; nil (default) runs until stopped.
  public var stopWhenIdle: Duration?
  /// Stop once everything that was committed before this position is delivered; nil (default) runs until stopped.
  public var stopAt: LSN?
  /// How long a graceful stop waits for acknowledgements. Default 15 s.
  public var shutdownDeadline: Duration
  /// How long to go on trying to reach the sink and the database at the start before giving up. Default zero: one attempt. Once it has answered, a
  /// connection that is lost is made again, however far the start had come.
  public var connectDeadline: Duration
  /// What `source.version` says.
  public var version: String
  /// How often slot and metrics are looked at. Default 5 s.
  public var monitorInterval: Duration
  /// Where changes of transactions that are still open wait for their commit, in a folder of their own that goes with the stream; room for
  /// the largest of them is wanted. Default nil: below `TMPDIR`.
  public var transactionsFolder: String?

  /// Wait, for as long as it takes, until no other process reads the slot; false (default) gives up after `slot.max.retries`. Offsets have to
  /// be where both processes see them.
  public var isStandby: Bool

  /// See the properties.
  public init(
    stopWhenIdle: Duration? = nil, stopAt: LSN? = nil, shutdownDeadline: Duration = .seconds(15), connectDeadline: Duration = .zero,
    version: String = "0.1.0", monitorInterval: Duration = .seconds(5), isStandby: Bool = false, transactionsFolder: String? = nil
  ) {
    self.stopWhenIdle = stopWhenIdle
    self.stopAt = stopAt
    self.shutdownDeadline = shutdownDeadline
    self.connectDeadline = connectDeadline
    self.version = version
    self.monitorInterval = monitorInterval
    self.isStandby = isStandby
    self.transactionsFolder = transactionsFolder
  }
}
