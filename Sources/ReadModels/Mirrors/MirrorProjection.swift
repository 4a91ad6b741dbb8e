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
  private let evolution: MirrorEvolution?
  private let logger: Logger
  private let rowsWritten = Counter(label: "sluice_mirror_rows_total")
  private let rowsReduced = Counter(label: "sluice_mirror_reduced_changes_total")

  /// Mirrors `mirrors`. Register it before the documents that are made from these mirrors, and before any other handler that reads them.
  ///
  /// - Parameters:
  ///   - name: nil for ``name``'s default.
  ///   - evolution: Follows the source's tables while they change; nil leaves that to the next start, and records that do not fit fail.
  public init(_ mirrors: MirrorSet, name: String? = nil, evolution: MirrorEvolution? = nil, logger: Logger) {
    self.mirrors = mirrors
    self.evolution = evolution
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
    try await evolution?.settle()
    try await execute(try await fitting(records, transaction), transaction)
  }

  /// What is to be executed, once the mirrors have followed what their tables have become.
  private func fitting(_ records: [ChangeRecord], _ transaction: Connection) async throws -> Statements {
    // Each round follows one kind of record that did not fit; no batch has more of them than its tables have columns.
    for _ in 0..<1000 {
      let version = mirrors.live.version
      let work = reduce(records)
      // Until this transaction has touched a mirror, another one can change it.
      var former: [Int: FormerRows] = [:]
      for (number, batch) in work.keyed where work.failures.isEmpty {
        let wanted = batch.formerRows()
        if !wanted.isEmpty { former[number] = try await read(wanted, batch.table, transaction) }
      }
      let statements = statements(for: work, former, positionsOf: records)
      guard let failure = (work.failures + statements.failures).min(by: { $0.index < $1.index }) else { return statements }
      guard let evolution, let mismatch = failure.cause as? MirrorMismatch, mayPass(failure) else { throw plain(failure) }
      guard former.isEmpty else {
        guard await evolution.suspect([mismatch.mirror]) else { throw plain(failure) }
        throw ReadModelOutdated(reason: failure.reason)
      }
      do {
        guard try await evolution.follow(mismatch, since: version) else { throw plain(failure) }
      } catch let error as MirrorError {
        throw RecordFailure(index: failure.index, reason: error.reason)
      }
    }
    throw ReadModelOutdated(reason: "the source's tables change faster than their mirrors follow")
  }

  /// Whether the record can be applied once the mirror has followed its table.
  private func mayPass(_ failure: RecordFailure) -> Bool {
    guard evolution != nil, let mismatch = failure.cause as? MirrorMismatch else { return false }
    return !mirrors.live.isFutile(mismatch)
  }

  /// The failure with the error that is beneath it.
  private func plain(_ failure: RecordFailure) -> RecordFailure {
    guard let mismatch = failure.cause as? MirrorMismatch else { return failure }
    return RecordFailure(index: failure.index, reason: failure.reason, cause: mismatch.cause)
  }

  /// Makes the statements, unless they need to know what is in the database, and names the records that none can be made of.
  public func plan(_ records: [ChangeRecord]) -> HandlerPlan? {
    let version = mirrors.live.version
    let work = reduce(records)
    let isComplete = work.keyed.values.allSatisfy { $0.formerRows().isEmpty }
    let statements = isComplete ? statements(for: work, [:], positionsOf: records) : nil
    let failures = work.failures + (statements?.failures ?? [])
    // Whether these are at fault is known when the mirror has followed its table: `apply` sees to that.
    if failures.contains(where: mayPass) { return nil }
    guard let statements else { return failures.isEmpty ? nil : HandlerPlan(failures: failures.map(plain), work: nil) }
    guard failures.isEmpty || statements.isComplete else { return HandlerPlan(failures: failures.map(plain), work: nil) }
    let failed = Set(failures.map(\.index))
    return HandlerPlan(failures: failures.map(plain)) { transaction in
      try await evolution?.settle()
      guard mirrors.live.version == version else {
        return try await apply(
          failed.isEmpty ? records : records.indices.filter { !failed.contains($0) }.map { records[$0] }, in: transaction)
      }
      try await execute(statements, transaction)
    }
  }

  private func execute(_ statements: Statements, _ transaction: Connection) async throws {
    guard !statements.queries.isEmpty else { return }
    do {
      for result in try await transaction.pipeline(statements.queries) { _ = try result.get() }
    } catch let error as PostgresError where error.sqlState.map({ $0.rawValue.hasPrefix("22") }) == true {
      // A value is too large for its column: perhaps the source's is wider by now.
      guard let evolution, await evolution.suspect(statements.mirrors) else { throw error }
      throw ReadModelOutdated(reason: "a value does not fit a mirror's column, so that the source's catalogue is looked at (\(error))")
    }
    rowsWritten.increment(by: statements.rows)
    rowsReduced.increment(by: max(0, statements.changes - statements.rows))
  }

  /// What is executed for a batch, in order.
  private struct Statements: Sendable {
    var queries: [Query]
    var rows = 0
    var changes: Int
    /// The mirrors that are written.
    var mirrors: [String] = []
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
    let tables = mirrors.tables
    // Asked once for all records: each of them would take a lock, or copy a definition.
    let refusals = mirrors.live.refusals
    let isKeyless = tables.map(\.definition.isKeyless)
    for index in records.indices {
      guard let envelope = records[index].envelope, envelope.operation != .message,
        let number = mirrors.index(of: envelope, hint: hint)
      else { continue }
      hint = number
      do throws(RecordFailure) {
        if !refusals.isEmpty, let reason = refusals[tables[number].definition.mirrorName] {
          throw RecordFailure(index: index, reason: reason)
        }
        if envelope.operation == .truncate {
          work.truncations += MirrorTableStore(definition: tables[number].definition)
            .truncate(lsn: envelope.source.lsn ?? 0, committedAt: envelope.source.tsUs)
        } else if isKeyless[number] {
          try work.logs[number, default: MirrorLogBatch(table: tables[number], reserving: records.count)].add(envelope, record: index)
        } else {
          try work.keyed[number, default: MirrorBatch(table: tables[number], reserving: records.count)].add(envelope, record: index) {
            FormerKeyHeader.key(of: records[index], table: tables[number], record: index)
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
      statements.mirrors.append(batch.table.definition.mirrorName)
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
      statements.mirrors.append(batch.table.definition.mirrorName)
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
