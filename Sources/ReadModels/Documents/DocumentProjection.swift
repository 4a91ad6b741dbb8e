internal import ChangeEvents
public import Logging
internal import Metrics
public import Postgres
public import Syncer

/// Keeps denormalised documents in step with the mirrors that they are made from: what a change touches of a document is recomputed from them,
/// and never worked out from the change itself.
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
/// A change that leads to very many documents is finished behind the batch; `DocumentProjection+FanOut` says how, and why that is right.
///
/// Children share the lock on the way and the parent excludes them, so that many changes below one parent go on side by side. A deadlock,
/// which only steps through two tables and more can cause, is resolved by PostgreSQL and retried by the syncer.
public struct DocumentProjection: Handler {
  /// `document.<name>`.
  public let name: String
  /// The declaration.
  public let definition: DocumentDefinition
  private let mirrors: MirrorSet
  let plan: TouchPlan
  let store: DocumentTableStore
  let fanOut: FanOutSettings?
  let lockLimit: LockLimit
  private let logger: Logger
  private let recomputed: Counter
  private let changed: Counter

  /// A projection of `definition` over `mirrors`.
  ///
  /// - Parameters:
  ///   - mirrors: The same that the ``MirrorProjection`` before it has, prepared by ``MirrorSet/serving(_:)`` with this definition.
  ///   - fanOut: When changes that touch many documents are left to a ``FanOutWorker``, which must run then; nil (the default) never leaves any.
  ///   - sessions: How many transactions may compute documents at once, a worker's included; default 4. They share the server's room for locks.
  /// - Throws: ``MirrorError`` (`unknownReference`) where the declaration names what is not mirrored.
  public init(_ definition: DocumentDefinition, mirrors: MirrorSet, fanOut: FanOutSettings? = nil, sessions: Int = 4, logger: Logger) throws
  {
    name = "document." + definition.name
    self.definition = definition
    self.mirrors = try mirrors.serving([definition])
    plan = TouchPlan(definition)
    store = DocumentTableStore(definition: definition, mirrors: self.mirrors)
    self.fanOut = fanOut
    lockLimit = LockLimit(sessions: sessions)
    self.logger = logger
    recomputed = Counter(label: "sluice_documents_recomputed_total", dimensions: [("document", definition.name)])
    changed = Counter(label: "sluice_documents_changed_total", dimensions: [("document", definition.name)])
  }

  /// Creates the document table.
  public func prepare(_ connection: Connection) async throws {
    try await DocumentMigrator.prepare(definition.location, on: connection)
    try await lockLimit.prepare(connection)
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
    let (keys, locks) = try await documentKeys(from: values, in: transaction)
    try await recompute(keys, after: locks, in: transaction)
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
      let step = try await connection.transaction { try await recomputeStep(after: start, limit: stepSize, in: $0) }
      total += step.count
      last = step.last
      if step.count < stepSize { return total }
    }
  }

  /// Recomputes the documents of the root rows after `start` in the key's order, `limit` of them at the most.
  func recomputeStep(after start: String?, limit: Int, in transaction: Connection) async throws -> (count: Int, last: String?) {
    let rows = try await transaction.query(try store.rootKeys(after: start, limit: limit))
    _ = try await transaction.query(DocumentTableStore.prepareTransaction)
    try await recompute(TouchedDocuments(whole: try Self.values(rows)), after: DocumentLocks(), in: transaction)
    return (rows.count, try rows.last?[0, as: String.self])
  }

  /// Deletes documents that belong to no root row of the mirror, `limit` of them at the most: those of another declaration.
  func sweepStep(limit: Int, in transaction: Connection) async throws -> Int {
    let rows = try await transaction.query(try store.keysWithoutRoot(limit: limit))
    _ = try await transaction.query(DocumentTableStore.prepareTransaction)
    try await recompute(TouchedDocuments(whole: try Self.values(rows)), after: DocumentLocks(), in: transaction)
    return rows.count
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
    let statements = [DocumentTableStore.prepareTransaction] + wanted.map { store.touchedValues(of: $0, columns: $1) }
    let results = try await transaction.pipeline(statements, plans: .kept)
    _ = try results.first?.get()
    var values: [String: [String: TouchedValues]] = [:]
    for ((rows, columns), result) in zip(wanted, results.dropFirst()) {
      let table = rows.table.definition.mirrorName
      for row in try result.get() {
        let column = columns[Int(try row[0, as: Int32.self])]
        values[table, default: [:]][column, default: [:]].touch(try row[1, as: String.self], lsn: try row[2, as: Int64.self])
      }
    }
    return values
  }

  /// The locks of both ends of all steps that the changed rows stand at.
  private func edgeLocks(_ values: [String: [String: TouchedValues]]) -> DocumentLocks {
    var locks = DocumentLocks()
    for edge in plan.edges {
      if let near = values[edge.fromTable]?[edge.fromColumn] { locks.add(edge.lockName, near.keys, shared: edge.nearIsShared) }
      if let far = values[edge.hop.table]?[edge.hop.match] { locks.add(edge.lockName, far.keys, shared: !edge.nearIsShared) }
    }
    return locks
  }

  /// A rule on its way to the documents.
  struct Walk {
    var path: FanOutPath
    var reached: TouchedValues
    /// What of the documents at its end is touched.
    var parts: DocumentParts

    /// The next step.
    var edge: TouchPlan.Edge { TouchPlan.Edge(fromTable: path.fromTable, fromColumn: path.fromColumn, hop: path.hops[0]) }
  }

  /// Follows all rules.
  ///
  /// - Returns: the documents' keys, and the locks still to be taken where no rule had a step to follow.
  private func documentKeys(
    from values: [String: [String: TouchedValues]], in transaction: Connection
  ) async throws -> (keys: TouchedDocuments, locks: DocumentLocks) {
    var keys: TouchedDocuments = [:]
    var walks: [Walk] = []
    for rule in plan.rules {
      guard let reached = values[rule.table]?[rule.column], !reached.isEmpty else { continue }
      if rule.hops.isEmpty {
        keys.touch(reached, parts: plan.parts(of: rule))
      } else {
        walks.append(Walk(path: FanOutPath(rule), reached: reached, parts: plan.parts(of: rule)))
      }
    }
    return try await follow(walks, keys: keys, after: edgeLocks(values), in: transaction)
  }

  /// Follows walks, one round trip a level: the level's locks, then its steps. What leads to more documents than the batch is to recompute
  /// becomes a task.
  ///
  /// - Parameter walks: Each has a step to go.
  func follow(
    _ walks: [Walk], keys: TouchedDocuments, after locks: DocumentLocks, in transaction: Connection
  ) async throws -> (keys: TouchedDocuments, locks: DocumentLocks) {
    var (walks, keys, locks) = (walks, keys, locks)
    var tasks: [(path: String, value: String, lsn: Int64)] = []
    while !walks.isEmpty {
      let steps = try walks.map { walk in
        let hop = walk.path.hops[0]
        guard let fanOut, hop.direction == .children else { return try store.follow(hop, from: walk.reached) }
        return try store.follow(hop, from: walk.reached, atMost: fanOut.threshold)
      }
      let answers = try await run(locks: [locks], steps, in: transaction)
      var further: [Walk] = []
      locks = DocumentLocks()
      for (walk, rows) in zip(walks, answers) {
        var reached: TouchedValues = [:]
        for row in rows {
          let (value, lsn) = (try row[0, as: String.self], try row[1, as: Int64.self])
          if try rows.columns.count > 2 && row[2, as: Bool.self] {
            tasks.append((walk.path.name, value, lsn))
          } else {
            reached.touch(value, lsn: lsn)
          }
        }
        guard let rest = walk.path.rest, !rest.hops.isEmpty else {
          keys.touch(reached, parts: walk.parts)
          continue
        }
        guard !reached.isEmpty else { continue }
        let next = Walk(path: rest, reached: reached, parts: walk.parts)
        // What a step arrived at is known only now; the first steps' values were locked with all the others.
        locks.add(next.edge.lockName, reached.keys, shared: next.edge.nearIsShared)
        further.append(next)
      }
      walks = further
    }
    if !tasks.isEmpty {
      _ = try await transaction.query(fanOutStore.enqueue(tasks))
      fanOut?.taskLeft.signal()
    }
    return (keys, locks)
  }

  func recompute(_ keys: TouchedDocuments, after edges: DocumentLocks, in transaction: Connection) async throws {
    guard !keys.isEmpty else { return }
    var locks = DocumentLocks()
    locks.add("document:" + definition.location.qualifiedName, keys.keys, shared: false)
    let stored = try await run(locks: [edges, locks], [store.recompute(keys)], in: transaction).first?.affectedRows ?? 0
    recomputed.increment(by: keys.count)
    changed.increment(by: stored)
    logger.trace("documents recomputed", metadata: ["document": "\(definition.name)", "touched": "\(keys.count)", "stored": "\(stored)"])
  }

  /// Takes the locks, then runs the statements, in one round trip: each statement has a snapshot of its own, taken when it begins, which is
  /// after the locks were granted.
  private func run(locks: [DocumentLocks], _ statements: [Query], in transaction: Connection) async throws -> [Rows] {
    let locking = locks.map { $0.ordered(limit: lockLimit.value) }.filter { !$0.isEmpty }.map(store.lock)
    let results = try await transaction.pipeline(locking + statements, plans: .kept)
    return Array(try results.map { try $0.get() }.dropFirst(locking.count))
  }

  private static func values(_ rows: Rows) throws -> TouchedValues {
    var values: TouchedValues = [:]
    for row in rows { values.touch(try row[0, as: String.self], lsn: try row[1, as: Int64.self]) }
    return values
  }
}
