/// What becomes of the snapshot that belongs to a new slot's starting point.
public enum SlotSnapshot: String, Sendable, Hashable {
  /// Exported under a name that another connection can read from.
  case export
  /// None is made.
  case nothing
  /// The current transaction of the replication connection gets it; it must be the first command of a repeatable read transaction.
  case use
}
