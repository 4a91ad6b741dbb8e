/// Where lag is going.
public struct LagTrend: Hashable, Sendable, Codable {
  /// A word for it.
  public enum Direction: String, Hashable, Sendable, Codable {
    /// Not observed for long enough.
    case unknown
    /// There is no lag.
    case caughtUp = "caught up"
    /// It gets less.
    case shrinking
    /// It stays as it is.
    case steady
    /// It gets more.
    case growing
  }

  /// A word for it.
  public var direction: Direction
  /// Records that the lag grows by in a second; negative where it shrinks.
  public var recordsPerSecond: Double
  /// Records applied (or committed) in a second.
  public var consumedPerSecond: Double
  /// Records that arrive in a second.
  public var producedPerSecond: Double
  /// After how long there is no lag any more if things go on like this: 0 where there is none, nil where it does not shrink, or would take
  /// longer than a day, which is no estimate any more.
  public var catchUpSeconds: Double?

  /// Nothing is known.
  public static let unknown = LagTrend(
    direction: .unknown, recordsPerSecond: 0, consumedPerSecond: 0, producedPerSecond: 0, catchUpSeconds: nil)

  /// A trend.
  public init(
    direction: Direction, recordsPerSecond: Double, consumedPerSecond: Double, producedPerSecond: Double, catchUpSeconds: Double?
  ) {
    self.direction = direction
    self.recordsPerSecond = recordsPerSecond
    self.consumedPerSecond = consumedPerSecond
    self.producedPerSecond = producedPerSecond
    self.catchUpSeconds = catchUpSeconds
  }
}
