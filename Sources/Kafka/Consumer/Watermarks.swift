/// The ends of a partition.
public struct Watermarks: Hashable, Sendable {
  /// The oldest offset that is still there.
  public var low: Int64
  /// The offset that the next record will get (for readers of committed transactions: the last stable one).
  public var high: Int64

  /// Makes the pair.
  public init(low: Int64, high: Int64) {
    self.low = low
    self.high = high
  }
}
