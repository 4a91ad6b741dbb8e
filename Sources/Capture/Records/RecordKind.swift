/// The kinds of records that a table (or a logical message) produces; how each is routed is decided once per table.
enum RecordKind: Int, CaseIterable, Sendable {
  case read, create, update, delete, truncate
  /// After a delete: the key and NULL.
  case tombstone
  /// The three records of an update that changes the key.
  case keyChangeDelete, keyChangeTombstone, keyChangeCreate
  case message

  var isTombstone: Bool { self == .tombstone || self == .keyChangeTombstone }

  /// The header that a change of the key adds, before all others.
  var keyChangeHeader: String? {
    switch self {
    case .keyChangeDelete, .keyChangeTombstone: "__debezium.newkey"
    case .keyChangeCreate: "__debezium.oldkey"
    default: nil
    }
  }
}
