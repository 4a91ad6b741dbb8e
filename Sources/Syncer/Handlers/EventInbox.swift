/// Remembers which events a handler has handled, so that one that is sent again under a new offset (an outbox replayed, a topic copied, a
/// dead letter sent back) is not handled again.
public struct EventInbox: Hashable, Sendable {
  /// How long an event's ID is kept; must be longer than the longest time after which it may come again. Default 30 days.
  public var retention: Duration
  /// The most IDs that one step of pruning removes; default 10,000.
  public var stepSize: Int

  /// See the properties.
  public init(retention: Duration = .seconds(30 * 86_400), stepSize: Int = 10_000) {
    self.retention = retention
    self.stepSize = stepSize
  }
}
