/// A read model has to be changed before a batch fits it, and will be before the batch is tried again: a failure that passes by itself.
public struct ReadModelOutdated: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence, safe to show anybody.
  public let reason: String

  /// A failure for `reason`.
  public init(reason: String) { self.reason = reason }

  /// The reason.
  public var description: String { reason }
}
