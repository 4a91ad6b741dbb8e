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
/// - Where the key of a topic is not the table's and the table's REPLICA IDENTITY is not FULL, changes of one row can come from two
///   partitions. If the newer one overtakes the one that brought a TOASTed value, that value is missing until the row changes again.
public struct MirrorProjection: Handler {
  /// `mirror.<topic prefix>`; `mirror` where the mirrors accept any source.
  public let name: String
  /// What is mirrored.
  public let mirrors: MirrorSet
  private let logger: Logger
  private let rowsWritten = Counter(label: "sluice_mirror_rows_total")
  private let rowsReduced = Counter(label: "sluice_mirror_reduced_changes_total")

  /// Mirrors `mirrors`. Register it before the documents that are made from these mirrors.
  public init(_ mirrors: MirrorSet, logger: Logger) {
    self.mirrors = mirrors
    self.logger = logger
    name = mirrors.topicPrefix.map { "mirror.\($0)" } ?? "mirror"
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
    var statements = try statements(for: records)
    guard !statements.isEmpty else { return }
    if let positions = AppliedPositionStore.advance(name, over: records) { statements.append(positions) }
    for result in try await transaction.pipeline(statements) { _ = try result.get() }
  }

  /// What `apply` executes, in order. Pure.
  func statements(for records: [ChangeRecord]) throws(RecordFailure) -> [Query] {
    var keyed: [Int: MirrorBatch] = [:]
    var logs: [Int: MirrorLogBatch] = [:]
    var truncations: [Query] = []
    var changes = 0
    var hint = 0
    for (index, record) in records.enumerated() {
      guard let envelope = record.envelope, envelope.operation != .message,
        let number = mirrors.index(of: envelope, hint: hint)
      else { continue }
      hint = number
      let table = mirrors.tables[number]
      if envelope.operation == .truncate {
        truncations += MirrorTableStore(definition: table.definition)
          .truncate(lsn: envelope.source.lsn ?? 0, committedAt: envelope.source.tsUs)
      } else if table.definition.isKeyless {
        try logs[number, default: MirrorLogBatch(table: table, reserving: records.count)].add(envelope, record: index)
      } else {
        try keyed[number, default: MirrorBatch(table: table, reserving: records.count)].add(envelope, record: index)
      }
      changes += 1
    }
    // Truncations first: rows from before them are told by their LSN. Tables in a fixed order, so that two batches that write the same
    // tables do not wait for each other crosswise.
    var statements = truncations
    var rows = 0
    for number in keyed.keys.sorted() {
      guard let batch = keyed[number] else { continue }
      let store = MirrorTableStore(definition: batch.table.definition)
      let (sets, inheritances) = try batch.rowSets { index in
        FormerKeyHeader.key(of: records[index], table: batch.table, record: index)
      }
      rows += batch.entries.count
      statements += sets.map(store.upsert)
      statements += inheritances.map(store.inherit)
    }
    for number in logs.keys.sorted() {
      guard let batch = logs[number] else { continue }
      rows += batch.rows.count
      statements.append(MirrorTableStore(definition: batch.table.definition).insert(batch.rows, digests: batch.digests))
    }
    rowsWritten.increment(by: rows)
    rowsReduced.increment(by: max(0, changes - rows))
    return statements
  }
}
