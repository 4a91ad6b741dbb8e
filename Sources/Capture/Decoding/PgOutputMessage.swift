internal import Postgres

/// A pgoutput message, protocol version 1.
///
/// Source: PostgreSQL documentation, "Logical Replication Message Formats". Tuples are not in the message: the decoder
/// keeps them (`PgOutputDecoder.newTuple`, `oldTuple`) so that a change costs no allocation.
enum PgOutputMessage: Hashable, Sendable {
  /// `finalLSN` is the LSN of the commit record; `commitTime` microseconds since 2000-01-01.
  case begin(finalLSN: LSN, commitTime: Int64, transactionID: UInt32)
  /// `endLSN` is where the transaction's WAL ends: what may be confirmed once everything up to here is delivered.
  case commit(commitLSN: LSN, endLSN: LSN, commitTime: Int64)
  case origin(lsn: LSN, name: String)
  case relation(RelationDescription)
  case type(oid: UInt32, schema: String, name: String)
  case insert(relation: UInt32)
  case update(relation: UInt32, old: OldTupleKind?)
  case delete(relation: UInt32, old: OldTupleKind)
  case truncate(relations: [UInt32], cascade: Bool, restartIdentity: Bool)
  /// `content` is a range of the message's bytes.
  case message(transactional: Bool, lsn: LSN, prefix: String, content: Range<Int>)
}

/// What the old tuple of an update or delete carries.
enum OldTupleKind: Hashable, Sendable {
  /// The columns of the replica identity; the others are null.
  case key
  /// Every column (`REPLICA IDENTITY FULL`).
  case full
}

/// A Relation message: how the rows that follow are laid out.
struct RelationDescription: Hashable, Sendable {
  struct Column: Hashable, Sendable {
    /// Part of the replica identity (with `REPLICA IDENTITY FULL`: every column).
    var isIdentity: Bool
    var name: String
    var typeOID: UInt32
    var typeModifier: Int32
  }

  enum ReplicaIdentity: UInt8, Hashable, Sendable {
    case `default` = 0x64
    case nothing = 0x6E
    case full = 0x66
    case index = 0x69
  }

  var id: UInt32
  var schema: String
  var name: String
  var identity: ReplicaIdentity
  var columns: [Column]
}
