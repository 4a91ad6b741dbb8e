/// The answer to IDENTIFY_SYSTEM.
public struct SystemIdentity: Sendable, Hashable {
  /// Identifies the cluster, and its copies: standbys share it.
  public var systemID: String
  /// Grows by one with each promotion of a standby.
  public var timeline: Int32
  /// The end of the WAL that is flushed to the server's disk.
  public var walFlush: LSN
  /// The connection's database.
  public var database: String?
}
