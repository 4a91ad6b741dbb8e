public import Logging
internal import Metrics
public import Postgres
internal import Synchronization
internal import Syncer

/// Keeps mirrors in step with the tables of their source while a syncer runs.
///
/// Events carry no schema. That a table has changed is noticed by a record with a field that the mirror does not have, by a value that cannot
/// be read or stored, and by a look at the source's catalogue now and then. What is done then, in a transaction of its own:
///
/// - **A column was added**: the mirror gets it. Rows that are there get the value that the source gives rows of before (the column's constant
///   default), otherwise NULL until they change or an incremental snapshot reads them again.
/// - **A type was widened** (see `MirrorTypeChange`): the mirror's column becomes wider, too.
/// - **A column may be NULL now, or no more**: nothing, mirrors have no such constraint.
/// - **A column was dropped**: the mirror's table keeps it, NULL in new rows; its view does not show it any more.
/// - **A column was renamed**: one was dropped, one was added.
/// - **A field that neither the mirror nor the source has**, in records of before a column was dropped, is left out, with a warning and a count.
/// - **Anything else** (a type that is narrower or another one, another primary key) cannot be followed: the records that do not fit fail with a
///   sentence that says what to do, and `sluice_mirror_schema_failures` is 1 until it is done.
public actor MirrorEvolution {
  /// How the source's catalogue is read. Made anew for each look, as looks are rare.
  public typealias CatalogLoader = @Sendable () async throws -> MirrorCatalog

  private let mirrors: MirrorSet
  private let load: CatalogLoader
  private let pool: Pool
  private let logger: Logger
  private let interval: Duration
  private let deadline: Duration
  private let failures: Gauge
  private let changes: Counter
  private let ignored: Counter

  /// Mirrors whose statements were refused because of a value.
  private var suspected: Set<String> = []
  private var reasons: [String: String] = [:]
  private var isLooking = false
  private var waiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - mirrors: Shared with the projections, which see what has changed.
  ///   - load: Reads the catalogue of all mirrored tables.
  ///   - pool: Of the read database.
  ///   - interval: The time between two looks at the catalogue without a cause; default one minute.
  ///   - deadline: The longest that one look may take; default 10 s.
  public init(
    _ mirrors: MirrorSet, pool: Pool, interval: Duration = .seconds(60), deadline: Duration = .seconds(10), logger: Logger,
    load: @escaping CatalogLoader
  ) {
    self.mirrors = mirrors
    self.pool = pool
    self.interval = interval
    self.deadline = deadline
    self.logger = logger
    self.load = load
    failures = Gauge(label: "sluice_mirror_schema_failures")
    changes = Counter(label: "sluice_mirror_schema_changes_total")
    ignored = Counter(label: "sluice_mirror_ignored_columns_total")
  }

  /// Looks at the catalogue now and then, until the task is cancelled.
  public func run() async {
    while !Task.isCancelled {
      do { try await Task.sleep(for: interval * Double.random(in: 0.9...1.1)) } catch { return }
      do {
        try await look()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("the source's catalogue was not read; tried again", metadata: ["reason": "\(error)"])
      }
    }
  }

  /// Looks at the catalogue now.
  public func checkNow() async throws { try await look() }

  /// How often the catalogue was read.
  private(set) var looks = 0

  /// Whether a record that did not fit fits now, or may: then it is to be tried again.
  ///
  /// - Parameter version: `LiveMirrors.version` when the record was found not to fit.
  /// - Throws: ``MirrorError`` where the table has changed in a way that cannot be followed; what keeps the source or the read database from
  ///   answering.
  func follow(_ mismatch: MirrorMismatch, since version: Int) async throws -> Bool {
    // Another batch's record has made the change that this one needs.
    if mirrors.live.version != version { return true }
    if mirrors.live.isFutile(mismatch) { return false }
    try await look()
    if mirrors.live.version != version { return true }
    guard let known = mirrors.definition(mirrorName: mismatch.mirror) else { return false }
    if let reason = reasons[mismatch.mirror] {
      mirrors.live.giveUp(mismatch)
      throw MirrorError(.incompatibleMirror, reason)
    }
    if mismatch.kind == .unknownField {
      logger.warning(
        "a field that the source has no column for is left out",
        metadata: ["table": "\(known.sourceName)", "column": "\(mismatch.column)"])
      ignored.increment()
      mirrors.ignore(mismatch.column, of: mismatch.mirror)
      return true
    }
    mirrors.live.giveUp(mismatch)
    return false
  }

  /// A statement was refused because of a value in one of these mirrors. The transaction holds locks, so that nothing can be done before it has
  /// ended: ``settle()`` does it when the batch is tried again.
  ///
  /// - Returns: whether there is a point in that.
  func suspect(_ names: [String]) -> Bool {
    let worth = names.filter { !mirrors.live.isFutile($0) }
    for name in worth { mirrors.live.giveUp(name) }
    suspected.formUnion(worth)
    return !worth.isEmpty
  }

  /// Looks at the catalogue if a statement was refused.
  func settle() async throws {
    guard !suspected.isEmpty else { return }
    try await look()
    suspected = []
  }

  /// Reads the catalogue and follows it. One look at a time; who comes meanwhile waits for it and looks again.
  private func look() async throws {
    while isLooking { await withCheckedContinuation { waiters.append($0) } }
    isLooking = true
    defer {
      isLooking = false
      for waiter in waiters { waiter.resume() }
      waiters = []
    }
    looks += 1
    let catalog = try await withDeadline { [load] in try await load() }
    for table in try catalog.mirrors(options: mirrors.options).tables { try await follow(table) }
    failures.record(reasons.isEmpty ? 0 : 1)
  }

  private func follow(_ table: MirrorTable) async throws {
    let name = table.definition.mirrorName
    guard let known = mirrors.tables.first(where: { $0.definition.mirrorName == name }) else { return }
    let next = table.redefined { definition in
      definition.trackedColumns = known.definition.trackedColumns
      definition.indexedColumns = known.definition.indexedColumns
      definition.hasCompositeKeyColumn = known.definition.hasCompositeKeyColumn
      definition.walkedColumns = known.definition.walkedColumns
      definition.omittedColumns.formUnion(known.definition.omittedColumns.subtracting(definition.columns.map(\.name)))
    }
    guard next.definition != known.definition else {
      reasons[name] = nil
      mirrors.live.refuse(name, nil)
      return
    }
    do {
      let needed = known.definition.trackedColumns.union(known.definition.indexedColumns)
      if let lost = needed.subtracting(next.definition.columns.map(\.name)).sorted().first {
        throw MirrorError(
          .unknownReference,
          "documents are found by column \(lost) of \(known.definition.sourceName), which the source has no more: change the projection")
      }
      guard next.definition.isKeyless == known.definition.isKeyless else {
        throw MirrorError(
          .incompatibleMirror,
          "\(known.definition.sourceName) has another primary key than mirror \(known.definition.mirrorTable): drop the mirror and have it "
            + "filled by a snapshot")
      }
      for (column, decoder) in zip(next.definition.columns, next.decoders) {
        guard let place = known.definition.columns.firstIndex(where: { $0.name == column.name }) else { continue }
        let former = known.definition.columns[place].sourceType
        if decoder.reads(like: known.decoders[place]) || MirrorTypeChange.isWidening(from: former, to: column.sourceType) { continue }
        let reason =
          "column \(column.name) of \(known.definition.sourceName) was \(former) and is \(column.sourceType), whose values are sent in another "
          + "form: records of before and after cannot be told apart. Drop mirror \(known.definition.mirrorTable), restart the syncer, and have "
          + "it filled by a snapshot"
        mirrors.live.refuse(name, reason)
        throw MirrorError(.incompatibleMirror, reason)
      }
      try await pool.withConnection { connection in
        try await MirrorMigrator([next.definition], logger: logger).migrate(connection, lockTimeout: .seconds(5))
      }
      mirrors.replace(next)
      reasons[name] = nil
      changes.increment()
      logger.notice("a mirror follows its source's table", metadata: ["table": "\(known.definition.sourceName)"])
    } catch let error as MirrorError {
      if reasons[name] != error.reason {
        logger.error("a mirror cannot follow its source's table", metadata: ["reason": "\(error.reason)"])
      }
      reasons[name] = error.reason
    }
  }

  private func withDeadline<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let deadline = deadline
    return try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: deadline)
        throw ReadModelOutdated(reason: "the source's catalogue was not read within \(deadline)")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}
