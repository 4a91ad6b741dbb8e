internal import ChangeEvents
public import Logging
internal import Metrics
public import Postgres
public import Syncer

/// Keeps a copy of the captured tables in the read database.
///
/// A batch is grouped by table and reduced to the newest change of each row; each group is written by one statement. A stored row is never
/// overwritten by an older change, so that a redelivered batch and changes that arrive out of order do no harm; a delete leaves a mark
/// that keeps the row's last values and its LSN (see ``MirrorTombstones`` for how long).
///
/// Limits, each with what to do about it:
///
/// - A table without a primary key is mirrored as a log of inserts; updates and deletes of it are refused, and rows of one LSN (one `COPY`,
///   one snapshot) that are equal in all columns count as one, unless the connector sends `provide.transaction.metadata`.
/// - Where the key of a topic is not the table's, and where a row's primary key changes, changes of one row can come from two partitions.
///   If the table's REPLICA IDENTITY is not FULL and the newer change overtakes the one that brought a TOASTed value, that value is missing,
///   or is the one from before, until it changes again. With FULL each change carries it.
public struct MirrorProjection: Handler {
  /// `mirror.<topic prefix>`; `mirror` where the mirrors accept any source.
  public let name: String
  /// What is mirrored.
  public let mirrors: MirrorSet
  private let logger: Logger
  private let rowsWritten = Counter(label: "sluice_mirror_rows_total")
  private let rowsReduced = Counter(label: "sluice_mirror_reduced_changes_total")

  /// Mirrors `mirrors`. Register it before the documents that are made from these mirrors.
  ///
  /// - Parameter name: nil for ``name``'s default.
  public init(_ mirrors: MirrorSet, name: String? = nil, logger: Logger) {
    self.mirrors = mirrors
    self.logger = logger
    self.name = name ?? mirrors.topicPrefix.map { "mirror.\($0)" } ?? "mirror"
  }

  /// Creates the schemas, mirrors and views.
  public func prepare(_ connection: Connection) async throws {
    try await MirrorMigrator(mirrors.definitions, logger: logger).migrate(connection)
  }

  /// Changes of mirrored tables; and tombstones, which say nothing that the delete before them has not said.
  public func accepts(_ record: ChangeRecord) -> Bool {
    if record.isTombstone { return true }
    guard let envelope = record.envelope, envelope.operation != .message else { return false }
    return mirrors.index(of: envelope) != nil
  }

  /// Writes the rows of a batch.
  public func apply(_ records: [ChangeRecord], in transaction: Connection) async throws {
    let work = reduce(records)
    if let failure = work.failures.first { throw failure }
    var former: [Int: FormerRows] = [:]
    for (number, batch) in work.keyed {
      let wanted = batch.formerRows()
      if !wanted.isEmpty { former[number] = try await read(wanted, batch.table, transaction) }
    }
    let statements = statements(for: work, former, positionsOf: records)
    if let failure = statements.failures.min(by: { $0.index < $1.index }) { throw failure }
    try await execute(statements, transaction)
  }

  /// Makes the statements, unless they need to know what is in the database, and names the records that none can be made of.
  public func plan(_ records: [ChangeRecord]) -> HandlerPlan? {
    let work = reduce(records)
    guard work.keyed.values.allSatisfy({ $0.formerRows().isEmpty }) else {
      return work.failures.isEmpty ? nil : HandlerPlan(failures: work.failures, work: nil)
    }
    let statements = statements(for: work, [:], positionsOf: records)
    let failures = work.failures + statements.failures
    guard failures.isEmpty || statements.isComplete else { return HandlerPlan(failures: failures, work: nil) }
    return HandlerPlan(failures: failures) { try await execute(statements, $0) }
  }

  private func execute(_ statements: Statements, _ transaction: Connection) async throws {
    guard !statements.queries.isEmpty else { return }
    for result in try await transaction.pipeline(statements.queries) { _ = try result.get() }
    rowsWritten.increment(by: statements.rows)
    rowsReduced.increment(by: max(0, statements.changes - statements.rows))
  }

  /// What is executed for a batch, in order.
  private struct Statements: Sendable {
    var queries: [Query]
    var rows = 0
    var changes: Int
    /// Records whose values cannot be written.
    var failures: [RecordFailure] = []
    /// Whether the queries are those of the batch without the failed records.
    var isComplete = true
  }

  /// The changes of a batch by their tables' numbers.
  private struct Work {
    var keyed: [Int: MirrorBatch] = [:]
    var logs: [Int: MirrorLogBatch] = [:]
    var truncations: [Query] = []
    var changes = 0
    /// Records that were not taken in.
    var failures: [RecordFailure] = []
  }

  private func reduce(_ records: [ChangeRecord]) -> Work {
    var work = Work()
    var hint = 0
    for index in records.indices {
      guard let envelope = records[index].envelope, envelope.operation != .message, let number = mirrors.index(of: envelope, hint: hint)
      else { continue }
      hint = number
      let table = mirrors.tables[number]
      do throws(RecordFailure) {
        if envelope.operation == .truncate {
          work.truncations += MirrorTableStore(definition: table.definition)
            .truncate(lsn: envelope.source.lsn ?? 0, committedAt: envelope.source.tsUs)
        } else if table.definition.isKeyless {
          try work.logs[number, default: MirrorLogBatch(table: table, reserving: records.count)].add(envelope, record: index)
        } else {
          try work.keyed[number, default: MirrorBatch(table: table, reserving: records.count)].add(envelope, record: index) {
            FormerKeyHeader.key(of: records[index], table: table, record: index)
          }
        }
        work.changes += 1
      } catch {
        work.failures.append(error)
      }
    }
    return work
  }

  /// Rare: only rows that changed their key and hold TOASTed values that did not change ask for it.
  private func read(_ wanted: FormerRows.Wanted, _ table: MirrorTable, _ transaction: Connection) async throws -> FormerRows {
    let keys = Array(wanted.keys)
    let columns = wanted.columns.sorted()
    var rows = FormerRows()
    for row in try await transaction.query(MirrorTableStore(definition: table.definition).values(of: keys, columns: columns)) {
      let number = Int(try row[0, as: Int64.self]) - 1
      guard keys.indices.contains(number) else { continue }
      for (position, column) in columns.enumerated() {
        rows.insert(try row[position + 1, as: String?.self].map { Array($0.utf8) }, keys[number], column)
      }
    }
    return rows
  }

  private func statements(
    for work: Work, _ former: [Int: FormerRows], positionsOf records: [ChangeRecord]
  ) -> Statements {
    // Truncations first: rows from before them are told by their LSN. Tables in a fixed order, so that two batches that write the same
    // tables do not wait for each other crosswise.
    var statements = Statements(queries: work.truncations, changes: work.changes)
    for number in work.keyed.keys.sorted() {
      guard let batch = work.keyed[number] else { continue }
      let store = MirrorTableStore(definition: batch.table.definition)
      let rows = batch.rowSets(former[number] ?? FormerRows())
      statements.failures += rows.failures
      statements.isComplete = statements.isComplete && rows.isComplete
      for set in rows.sets where set.count > 0 {
        statements.rows += set.count
        statements.queries.append(store.upsert(set))
      }
    }
    for number in work.logs.keys.sorted() {
      guard let batch = work.logs[number], batch.rows.count > 0 else { continue }
      statements.rows += batch.rows.count
      let store = MirrorTableStore(definition: batch.table.definition)
      if let lsn = batch.snapshotLSN { statements.queries.append(store.beginSnapshot(lsn: lsn)) }
      statements.queries.append(store.insert(batch.rows, digests: batch.digests))
    }
    if !statements.queries.isEmpty, let positions = AppliedPositionStore.advance(name, over: records) {
      statements.queries.append(positions)
    }
    return statements
  }
}
