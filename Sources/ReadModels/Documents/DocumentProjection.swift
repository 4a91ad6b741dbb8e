internal import ChangeEvents
public import Logging
internal import Metrics
public import Postgres
public import Syncer

/// Keeps denormalised documents in step with the mirrors that they are made from: recomputed, not patched.
///
/// Runs in the batch's transaction after ``MirrorProjection`` has written the rows:
///
/// 1. The values that lead from the changed rows to documents are read from the mirrors: new ones, former ones (`_old_<column>`), and those
///    of deleted rows, which keep them.
/// 2. Values that lead on through other tables are locked, then followed.
/// 3. The documents' keys are locked, then the documents are recomputed by one statement and stored where they differ.
///
/// Locks are advisory, held until the transaction ends, and taken in sorted order *after* the rows were written and *before* anything is
/// read that they protect. Under READ COMMITTED the next statement then sees every row of whoever held the lock before. What that prevents,
/// with two transactions A and B:
///
/// - *Two parts of one document.* A writes a price, B a review of the same product; neither sees the other's row yet. Both lock the product's
///   key: whoever comes second recomputes with both rows.
/// - *A row and the one it leads through.* A writes an option, B its group, which nobody has seen before. Without a lock A would find no
///   group and touch no product, and B would recompute the product without the option: wrong for ever. Both lock the group's ID on the way.
/// - *A fan-out and a newcomer.* A renames a brand and looks for its products, B inserts a product of the brand and reads the brand's old
///   name. Both lock the brand's ID.
///
/// Children share the lock on the way and the parent excludes them, so that many changes below one parent go on side by side. A deadlock,
/// which only steps through two tables and more can cause, is resolved by PostgreSQL and retried by the syncer.
public struct DocumentProjection: Handler {
  /// `document.<name>`.
  public let name: String
  /// The declaration.
  public let definition: DocumentDefinition
  private let mirrors: MirrorSet
  private let plan: TouchPlan
  private let store: DocumentTableStore
  private let logger: Logger
  private let recomputed: Counter
  private let changed: Counter

  /// A projection of `definition` over `mirrors`.
  ///
  /// - Parameter mirrors: The same that the ``MirrorProjection`` before it has, prepared by ``MirrorSet/serving(_:)`` with this definition.
  /// - Throws: ``MirrorError`` (`unknownReference`) where the declaration names what is not mirrored.
  public init(_ definition: DocumentDefinition, mirrors: MirrorSet, logger: Logger) throws {
    name = "document." + definition.name
    self.definition = definition
    self.mirrors = try mirrors.serving([definition])
    plan = TouchPlan(definition)
    store = DocumentTableStore(definition: definition, mirrors: self.mirrors)
    self.logger = logger
    recomputed = Counter(label: "sluice_documents_recomputed_total", dimensions: [("document", definition.name)])
    changed = Counter(label: "sluice_documents_changed_total", dimensions: [("document", definition.name)])
  }

  /// Creates the document table.
  public func prepare(_ connection: Connection) async throws {
    try await DocumentMigrator.prepare(definition.location, on: connection)
  }

  /// Changes of the mirrors that the document is made from.
  public func accepts(_ record: ChangeRecord) -> Bool {
    guard let envelope = record.envelope, envelope.operation != .message, let number = mirrors.index(of: envelope) else { return false }
    return plan.tables.contains(mirrors.tables[number].definition.mirrorName)
  }

  /// Recomputes the documents that `records` touch.
  public func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let rows = try changedRows(records)
    let values = try await touchedValues(of: rows, in: transaction)
    try await lockEdges(values, in: transaction)
    try await recompute(try await documentKeys(from: values, in: transaction), in: transaction)
  }

  /// Recomputes all documents from the mirrors, in steps of their own transactions: after the declaration has changed, say.
  ///
  /// - Returns: how many documents were looked at.
  @discardableResult
  public func recomputeAll(on connection: Connection, stepSize: Int = 1000) async throws -> Int {
    var last: String?
    var total = 0
    while true {
      let start = last
      let step = try await connection.transaction { transaction in
        let rows = try await transaction.query(try store.rootKeys(after: start, limit: stepSize))
        let keys = try Self.values(rows)
        try await recompute(keys, in: transaction)
        return (count: rows.count, last: try rows.last?[0, as: String.self])
      }
      total += step.count
      last = step.last
      if step.count < stepSize { return total }
    }
  }

  private func changedRows(_ records: [ChangeRecord]) throws(RecordFailure) -> [ChangedRows] {
    var changed: [Int: ChangedRows] = [:]
    var hint = 0
    for (index, record) in records.enumerated() {
      guard let envelope = record.envelope, envelope.operation != .message, let number = mirrors.index(of: envelope, hint: hint) else {
        continue
      }
      hint = number
      try changed[number, default: ChangedRows(table: mirrors.tables[number])].add(envelope, record: index)
    }
    return changed.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Per table and column, the values of the changed rows.
  private func touchedValues(
    of rows: [ChangedRows], in transaction: Connection
  ) async throws -> [String: [String: TouchedValues]] {
    let wanted = rows.map { rows in (rows, plan.columns(of: rows.table.definition.mirrorName)) }
    let results = try await transaction.pipeline(wanted.map { store.touchedValues(of: $0, columns: $1) })
    var values: [String: [String: TouchedValues]] = [:]
    for ((rows, columns), result) in zip(wanted, results) {
      let table = rows.table.definition.mirrorName
      for row in try result.get() {
        let column = columns[Int(try row[0, as: Int32.self])]
        values[table, default: [:]][column, default: [:]].touch(try row[1, as: String.self], lsn: try row[2, as: Int64.self])
      }
    }
    return values
  }

  /// Locks both ends of all steps that the changed rows stand at.
  private func lockEdges(_ values: [String: [String: TouchedValues]], in transaction: Connection) async throws {
    var locks = DocumentLocks()
    for edge in plan.edges {
      if let near = values[edge.fromTable]?[edge.fromColumn] { locks.add(edge.lockName, near.keys, shared: edge.nearIsShared) }
      if let far = values[edge.hop.table]?[edge.hop.match] { locks.add(edge.lockName, far.keys, shared: !edge.nearIsShared) }
    }
    try await take(locks, in: transaction)
  }

  private func documentKeys(
    from values: [String: [String: TouchedValues]], in transaction: Connection
  ) async throws -> TouchedValues {
    var keys: TouchedValues = [:]
    for rule in plan.rules {
      guard var reached = values[rule.table]?[rule.column], !reached.isEmpty else { continue }
      var from = (table: rule.table, column: rule.column)
      for (level, hop) in rule.hops.enumerated() where !reached.isEmpty {
        let edge = TouchPlan.Edge(fromTable: from.table, fromColumn: from.column, hop: hop)
        if level > 0 {
          // What a step arrived at is known only now; the first step's values were locked with all the others.
          var locks = DocumentLocks()
          locks.add(edge.lockName, reached.keys, shared: edge.nearIsShared)
          try await take(locks, in: transaction)
        }
        reached = try Self.values(try await transaction.query(try store.follow(hop, from: reached)))
        from = (hop.table, hop.then)
      }
      keys.touch(reached)
    }
    return keys
  }

  private func recompute(_ keys: TouchedValues, in transaction: Connection) async throws {
    guard !keys.isEmpty else { return }
    var locks = DocumentLocks()
    locks.add("document:" + definition.location.qualifiedName, keys.keys, shared: false)
    try await take(locks, in: transaction)
    let stored = try await transaction.execute(store.recompute(keys))
    recomputed.increment(by: keys.count)
    changed.increment(by: stored)
    logger.trace("documents recomputed", metadata: ["document": "\(definition.name)", "touched": "\(keys.count)", "stored": "\(stored)"])
  }

  private func take(_ locks: DocumentLocks, in transaction: Connection) async throws {
    let ordered = locks.ordered
    guard !ordered.isEmpty else { return }
    _ = try await transaction.query(store.lock(ordered))
  }

  private static func values(_ rows: Rows) throws -> TouchedValues {
    var values: TouchedValues = [:]
    for row in rows { values.touch(try row[0, as: String.self], lsn: try row[1, as: Int64.self]) }
    return values
  }
}
