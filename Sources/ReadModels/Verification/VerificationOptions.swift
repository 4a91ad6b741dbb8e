/// How verification works.
public struct VerificationOptions: Sendable, Hashable {
  /// Rows read at a time from each side; default 2000. Bounds the memory.
  public var chunkSize = 2000
  /// The most differences of a table that are told one by one; default 20.
  public var sampleLimit = 20
  /// Whether samples carry the values of both sides; default false: they may be personal.
  public var showsValues = false
  /// Whether differences are mended; default false.
  public var repairs = false
  /// How often a row that moves is looked at before it counts as unsettled; default 6.
  public var attempts = 6

  /// The defaults.
  public init() {}
}
