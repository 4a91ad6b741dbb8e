/// What is left to do of the fan-outs of one document.
public struct FanOutStatus: Sendable, Hashable {
  /// Values whose documents are not all recomputed.
  public var tasks: Int
  /// Documents still to be recomputed, about; those of tasks not begun are not counted.
  public var documents: Int
  /// The age of the oldest task; zero where there is none.
  public var oldest: Duration
  /// Every document shows all changes below this LSN that reach it by a fan-out; nil where none is pending.
  public var pendingLSN: Int64?
  /// Tasks whose last step failed and that wait to be tried again.
  public var failing: Int

  /// See the properties.
  public init(tasks: Int = 0, documents: Int = 0, oldest: Duration = .zero, pendingLSN: Int64? = nil, failing: Int = 0) {
    self.tasks = tasks
    self.documents = documents
    self.oldest = oldest
    self.pendingLSN = pendingLSN
    self.failing = failing
  }
}
