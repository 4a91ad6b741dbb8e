/// How keys are parked and tried again.
public struct ParkingSettings: Hashable, Sendable {
  /// How often the owner of a partition looks for attempts that are asked for or due, and counts what is parked. Default 1 s.
  public var pollInterval: Duration = .seconds(1)

  /// At so many parked records of the group, partitions that would park more are paused. Default 100,000. Members that reach it at the same moment exceed it
  /// by a batch each: nothing is dropped.
  public var maxRecords: Int64 = 100_000

  /// At so many bytes of them, too. Default 256 MiB.
  public var maxBytes: Int64 = 256 << 20

  /// When a parked key is tried again by itself, where its error may pass with time: a row that it refers to and that is not there yet, a lock. Default ten
  /// attempts, from 5 s to 10 min apart; after these it takes an operator.
  public var retry = RetryPolicy(initialDelay: .seconds(5), maxDelay: .seconds(600), maxAttempts: 10)

  /// The most records of a queue in one transaction. Default 200.
  public var queueRecords = 200

  /// The defaults.
  public init() {}

  /// When a record that has failed is tried again by itself; nil where that takes an operator. Pure.
  ///
  /// - Parameters:
  ///   - attempts: made at it since it was parked.
  ///   - random: uniformly from 0 up to 1. At least half of the delay is kept: attempts come apart, and yet grow rarer.
  func retryAfter(_ verdict: FailureVerdict, attempts: Int, random: Double) -> Duration? {
    guard Self.mayPass(verdict), attempts < retry.maxAttempts ?? .max else { return nil }
    return retry.ceiling(after: attempts + 1) * (0.5 + min(max(random, 0), 1) / 2)
  }

  /// Whether the passing of time, or what others write meanwhile, may mend what has failed. Pure.
  static func mayPass(_ verdict: FailureVerdict) -> Bool {
    // Constraints between rows: foreign key, unique, exclusion. The other row may come, or go.
    let between: Set = ["PostgresError.23503", "PostgresError.23505", "PostgresError.23P01"]
    return verdict.failureClass == .transient || between.contains(verdict.errorName) || verdict.causeName.map(between.contains) ?? false
  }
}
