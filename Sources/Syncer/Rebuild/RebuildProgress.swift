/// How far a rebuild is.
public struct RebuildProgress: Hashable, Sendable {
  /// What it does.
  public enum Phase: String, Hashable, Sendable {
    /// The bulk: history is applied, or documents are computed.
    case building
    /// A connector reads the tables again.
    case snapshot
    /// What the live version has got meanwhile is applied.
    case following
    /// The two versions change places.
    case switching
    /// Done.
    case live
  }

  /// What is built.
  public var version: ReadModelVersion
  /// What it does now.
  public var phase: Phase
  /// Records or documents that are done, of this run.
  public var done: Int64
  /// How many are left now.
  public var left: Int64
  /// Records a second, over the last seconds.
  public var rate: Double
  /// Records that could not be applied so far.
  public var failures: Int64

  /// How long it takes at this rate; nil where the rate is not known.
  public var secondsLeft: Double? {
    if left == 0 { return 0 }
    return rate > 0 ? Double(left) / rate : nil
  }

  /// Where it stands.
  public init(version: ReadModelVersion, phase: Phase, done: Int64 = 0, left: Int64 = 0, rate: Double = 0, failures: Int64 = 0) {
    self.version = version
    self.phase = phase
    self.done = done
    self.left = left
    self.rate = rate
    self.failures = failures
  }
}
