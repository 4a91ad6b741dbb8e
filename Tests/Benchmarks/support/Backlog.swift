/// Changes of one table that a reader of the WAL has to work off: five in seven inserts, most others updates, some deletes.
public struct Backlog: Sendable, CustomStringConvertible {
  /// Rows inserted.
  public let inserts: Int
  /// Updates, scattered over them.
  public let updates: Int
  /// Rows deleted again.
  public let deletes: Int

  /// Divides a number of changes: 300,000, 100,000 and 20,000 of 420,000.
  public init(changes: Int) {
    deletes = changes / 21
    updates = changes * 5 / 21
    inserts = changes - deletes - updates
  }

  /// All changes.
  public var changes: Int { inserts + updates + deletes }
  /// What becomes of them in Kafka: a delete is followed by a tombstone.
  public var records: Int { changes + deletes }
  /// For a report.
  public var description: String { "\(inserts) inserts, \(updates) updates, \(deletes) deletes" }

  /// Makes the changes, in small transactions.
  public func write(to table: ItemTable) async throws {
    try await table.insert(inserts)
    try await table.update(updates, of: inserts)
    try await table.delete(deletes)
  }
}
