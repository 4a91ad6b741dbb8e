/// Why a read model is not rebuilt.
public struct RebuildError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Hashable, Sendable {
    /// Somebody else rebuilds the projection.
    case isRunning
    /// The live group has no stored offsets: there is nothing to come up to.
    case noLiveGroup
    /// Retention has removed records that the new version would need.
    case historyIsCut
    /// Records could not be applied to the new version.
    case hasFailures
    /// Others than readers stand in the way of the switch.
    case cannotSwitch
    /// Lanes of the live syncer have applied records beyond the offsets: at another moment they have not.
    case lanesAreAhead
    /// The live relations have got columns that the version does not have.
    case columnsDiffer
    /// An incremental snapshot leaves tables of the projection out.
    case notInSnapshots
    /// Something outside of the projection depends on its relations.
    case hasDependents
    /// There is no such version.
    case unknownVersion
    /// Kafka or the database did not answer for too long.
    case unavailable
    /// A key or table that is not there, or that cannot be rebuilt alone.
    case unknownKey
  }

  /// The kind.
  public let code: Code

  /// What was expected, what was found, and what to do.
  public let description: String

  /// An error of this kind.
  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
