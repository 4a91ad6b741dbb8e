/// What is written down about a version.
public struct VersionRecord: Hashable, Sendable {
  /// Where a version is in its life.
  public enum State: String, Hashable, Sendable {
    /// It is being built, or its building was interrupted.
    case building
    /// Readers see it.
    case live
    /// It was live and is kept.
    case old
    /// It is gone.
    case dropped
  }

  /// The version.
  public var version: ReadModelVersion
  /// Its state.
  public var state: State
  /// Where its rows come from; `syncer` for the one that the syncer made.
  public var source: String
  /// The live group whose positions it follows.
  public var group: String
  /// Who asked for it.
  public var actor: String
  /// How far a build is that does not go by offsets.
  public var progress: String?
  /// How many records, or documents, were applied to it while it was built.
  public var records: Int64
  /// How many records could not be applied to it, but those that nobody could read.
  public var failures: Int64
  /// RFC 3339.
  public var startedAt: String
  /// When it became live; RFC 3339.
  public var switchedAt: String?

  /// Whether readers have seen it.
  public var wasLive: Bool { switchedAt != nil || version.number == 1 }
}
