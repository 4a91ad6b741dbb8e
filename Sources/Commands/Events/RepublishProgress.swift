/// How far sending history again has come.
public struct RepublishProgress: Sendable, Hashable {
  /// Events sent by this run.
  public var sent: Int64
  /// The store's position of the last one: where an interrupted run goes on.
  public var position: Int64

  /// Creates a progress.
  public init(sent: Int64, position: Int64) {
    self.sent = sent
    self.position = position
  }
}
