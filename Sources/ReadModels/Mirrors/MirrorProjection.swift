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
    let work = try reduce(records)
    var former: [Int: FormerRows] = [:]
    for (number, batch) in work.keyed {
      let wanted = batch.formerRows()
      if !wanted.isEmpty { former[number] = try await read(wanted, batch.table, transaction) }
    }
    try await execute(try statements(for: work, former, positionsOf: records), transaction)
  }

  /// Makes the statements, unless they need to know what is in the database.
  public func plan(_ records: [ChangeRecord]) -> HandlerPlan? {
    guard let work = try? reduce(records), work.keyed.values.allSatisfy({ $0.formerRows().isEmpty }),
      let statements = try? statements(for: work, [:], positionsOf: records)
    else { return nil }
    return { try await execute(statements, $0) }
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
  }

  /// The changes of a batch by their tables' numbers.
  private struct Work {
    var keyed: [Int: MirrorBatch] = [:]
    var logs: [Int: MirrorLogBatch] = [:]
    var truncations: [Query] = []
    var changes = 0
  }

  private func reduce(_ records: [ChangeRecord]) throws(RecordFailure) -> Work {
    var work = Work()
    var hint = 0
    for (index, record) in records.enumerated() {
      guard let envelope = record.envelope, envelope.operation != .message,
        let number = mirrors.index(of: envelope, hint: hint)
      else { continue }
      hint = number
      let table = mirrors.tables[number]
      if envelope.operation == .truncate {
        work.truncations += MirrorTableStore(definition: table.definition)
          .truncate(lsn: envelope.source.lsn ?? 0, committedAt: envelope.source.tsUs)
      } else if table.definition.isKeyless {
        try work.logs[number, default: MirrorLogBatch(table: table, reserving: records.count)].add(envelope, record: index)
      } else {
        try work.keyed[number, default: MirrorBatch(table: table, reserving: records.count)].add(envelope, record: index) {
          FormerKeyHeader.key(of: record, table: table, record: index)
        }
      }
      work.changes += 1
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
  ) throws(RecordFailure) -> Statements {
    // Truncations first: rows from before them are told by their LSN. Tables in a fixed order, so that two batches that write the same
    // tables do not wait for each other crosswise.
    var statements = Statements(queries: work.truncations, changes: work.changes)
    for number in work.keyed.keys.sorted() {
      guard let batch = work.keyed[number] else { continue }
      let store = MirrorTableStore(definition: batch.table.definition)
      statements.rows += batch.entries.count
      statements.queries += try batch.rowSets(former[number] ?? FormerRows()).map(store.upsert)
    }
    for number in work.logs.keys.sorted() {
      guard let batch = work.logs[number] else { continue }
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
