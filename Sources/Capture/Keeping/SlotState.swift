internal import Postgres

/// A replication slot as `pg_replication_slots` shows it.
struct SlotState: Hashable, Sendable {
  var plugin: String?
  var database: String?
  var isActive: Bool
  /// What the server will not send again.
  var confirmed: LSN?
  /// `reserved`, `extended`, `unreserved` or `lost`.
  var walStatus: String?
  /// WAL that the server keeps for this slot, bytes.
  var retainedBytes: Int64
  /// What may still be written before it is in danger; nil without `max_slot_wal_keep_size`.
  var safeBytes: Int64?
}
