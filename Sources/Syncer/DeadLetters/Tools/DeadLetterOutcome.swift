/// What was done with dead letters, or would be.
public struct DeadLetterOutcome: Hashable, Sendable, Codable {
  /// Letters looked at.
  public var selected = 0
  /// Records written again, by the topic they went to.
  public var replayed: [String: Int] = [:]
  /// Records that had their attempts, by the parking topic they went to.
  public var setAside: [String: Int] = [:]
  /// Numbers of the parked keys whose queues are asked to be tried again, or whose failed record was dropped.
  public var keys: [Int64] = []
  /// Letters discarded that no key is parked for.
  public var discarded = 0
  /// Letters left alone, by the reason.
  public var skipped: [String: Int] = [:]
  /// Letters of an earlier replay that was killed: found in their target, or not.
  public var settled = 0
  /// Whether it was done.
  public var isExecuted = false

  /// Nothing was done.
  public init() {}

  /// Records written.
  public var written: Int { replayed.values.reduce(0, +) + setAside.values.reduce(0, +) }
}
