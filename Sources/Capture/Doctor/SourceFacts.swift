internal import Postgres

/// What was read of a source before it is judged.
struct SourceFacts: Sendable {
  struct Server: Sendable {
    /// As `server_version_num`: 150004.
    var version: Int
    var walLevel: String
    var isStandby: Bool
    var maxSlots: Int
    var usedSlots: Int
    var maxSenders: Int
    var usedSenders: Int
    /// `max_slot_wal_keep_size`, bytes; nil for no bound.
    var slotKeepBytes: Int64?
    /// `idle_replication_slot_timeout` as the server writes it, from PostgreSQL 18 on; nil where it is off or unknown.
    var idleSlotTimeout: String?
    /// `synchronized_standby_slots`, from PostgreSQL 17 on.
    var synchronizedStandbySlots: String?
    /// `wal_sender_timeout`, milliseconds; 0 for none.
    var senderTimeout: Int
  }

  struct Role: Sendable {
    var name: String
    var isSuperuser: Bool
    var mayReplicate: Bool
    var mayCreate: Bool
  }

  struct Publication: Sendable {
    var isForAllTables: Bool
    var publishesInserts: Bool
    var publishesUpdates: Bool
    var publishesDeletes: Bool
    var publishesTruncates: Bool
    var isViaRoot: Bool
    var isOwned: Bool
    var tables: Set<String>
    /// Tables of which rows or columns are left out.
    var partialTables: Set<String>
  }

  struct Slot: Sendable {
    var state: SlotState
    /// From PostgreSQL 17 on.
    var isFailover: Bool?
    /// From PostgreSQL 17 on.
    var invalidationReason: String?
  }

  struct Table: Sendable {
    var description: TableDescription
    /// The key of its records.
    var keyColumns: [String]
    var isReadable: Bool
    var isOwned: Bool
    /// The topic of its changes; nil where it depends on the row, or on transforms that look into records.
    var topic: String?
    /// Why its records cannot be made.
    var problem: String?
  }

  var server: Server
  var role: Role
  var publication: Publication?
  var slot: Slot?
  var tables: [Table]
  /// Tables that the filters let through and PostgreSQL never replicates.
  var unloggedTables: [String]
  /// Expressions of `table.include.list` that match no table.
  var unmatchedPatterns: [String]
  /// The first name in `table.include.list` that is no table.
  var missingTable: String?
  var offset: StoredOffset?
}
