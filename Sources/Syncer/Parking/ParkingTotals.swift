/// How much is parked.
public struct ParkingTotals: Hashable, Sendable {
  /// Parked keys.
  public var keys: Int64 = 0
  /// Records in their queues, the failed ones included.
  public var records: Int64 = 0
  /// Bytes of their keys, values and headers.
  public var bytes: Int64 = 0
  /// When the oldest key was parked, in ms since 1970; nil where none is.
  public var oldest: Int64?

  /// Nothing is parked.
  public init() {}

  /// The age of the oldest parked key in seconds, 0 where none is.
  public func oldestSeconds(now: Int64) -> Double {
    oldest.map { Double(max(now - $0, 0)) / 1000 } ?? 0
  }
}
