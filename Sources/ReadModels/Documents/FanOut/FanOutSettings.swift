internal import Syncer

/// When a change that touches many documents is finished behind the batch, and how.
public struct FanOutSettings: Sendable {
  /// The most documents that one rule's steps to many rows reach within a batch's transaction; what leads to more is left to a
  /// ``FanOutWorker``. Default 500.
  public var threshold: Int

  /// How long a step of the worker should hold the documents that it recomputes: other changes of just these wait for it. The number of
  /// documents in a step follows from it. Default 100 ms.
  public var stepDuration: Duration

  /// The most documents of a step; default 1000. No step takes more than can be locked one by one: it would hold up all documents.
  public var stepLimit: Int

  /// The longest that one step may take before it is given up and tried with fewer documents; default 30 s.
  public var stepDeadline: Duration

  /// How long a worker that finds no task waits before it looks again, if nothing wakes it; default 1 s.
  public var idleInterval: Duration

  /// Given when this process has left a task behind, in a transaction that is not committed yet. Nothing is lost with it: the tasks
  /// themselves stand in the database.
  let taskLeft = Signal()

  /// See the properties.
  public init(
    threshold: Int = 500, stepDuration: Duration = .milliseconds(100), stepLimit: Int = 1000, stepDeadline: Duration = .seconds(30),
    idleInterval: Duration = .seconds(1)
  ) {
    self.threshold = max(1, threshold)
    self.stepDuration = stepDuration
    self.stepLimit = max(1, stepLimit)
    self.stepDeadline = stepDeadline
    self.idleInterval = idleInterval
  }
}
