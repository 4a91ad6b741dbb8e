/// A committed offset, with when it was committed and how much was left then.
public struct LagSample: Hashable, Sendable {
  /// The next offset, as it was committed.
  public var offset: Int64
  /// When, ms since 1970.
  public var time: Int64
  /// Records behind at that time; nil where the end was not known.
  public var lag: Int64?

  /// A commit.
  public init(offset: Int64, time: Int64, lag: Int64?) {
    self.offset = offset
    self.time = time
    self.lag = lag
  }
}
