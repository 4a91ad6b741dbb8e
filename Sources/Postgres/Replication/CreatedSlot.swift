/// A logical slot as CREATE_REPLICATION_SLOT made it.
public struct CreatedSlot: Sendable, Hashable {
  /// The slot's name.
  public var name: String
  /// The slot streams every transaction that commits after this position; the exported snapshot holds those before it, exactly.
  public var consistentPoint: LSN
  /// Name for `SET TRANSACTION SNAPSHOT`. Valid until the connection that made the slot gets its next command or closes.
  public var snapshotName: String?
  /// What decodes the WAL, for example `pgoutput`.
  public var plugin: String
}
