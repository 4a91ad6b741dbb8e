/// How long deleted rows and documents keep their mark, and how they are pruned.
///
/// While the mark is there, an older change of the row that arrives late (from a retried dead letter, a replayed topic, another partition)
/// cannot bring the row back. The retention must be longer than the longest time such a change can take.
public struct MirrorTombstones: Sendable, Hashable {
  /// How long a mark is kept; default 7 days.
  public var retention: Duration
  /// The most marks that one step removes from one table: bounds its locks and the time it takes.
  public var stepSize: Int

  /// See the properties.
  public init(retention: Duration = .seconds(7 * 86_400), stepSize: Int = 5_000) {
    self.retention = retention
    self.stepSize = stepSize
  }
}
