internal import ChangeEvents
internal import Kafka
internal import Logging
internal import Postgres

/// Turns replication messages into records, in Debezium's order and form, straight into a batch's buffer.
///
/// Owned by one task. It does no I/O: a Relation message that it cannot plan alone is handed back (`Step.needsTable`), and the
/// owner calls `install` and goes on.
final class ChangeEncoder {
  enum Step {
    case done
    /// The catalogue's entry for this relation is wanted before the next message.
    case needsTable(RelationDescription)
    /// A type of this relation was changed: its types and its entry are wanted, then this message once more.
    case needsTypes(RelationDescription)
  }

  let configuration: ConnectorConfiguration
  let planner: RelationPlanner
  let logger: Logger
  var batch: CapturedBatch
  var counters = CaptureCounters()
  /// The last commit that was read; its end is `sequence[0]` of the records that follow.
  var lastCommit: CommitPosition?
  /// The last message outside of a transaction: `sequence[0]` follows it, too.
  var lastMessageLSN: LSN?
  /// The last commit since the batch was taken.
  var completed: CommitPosition?
  /// The slot's `catalog_xmin`, where it is looked at.
  var xmin: Int64?
  var transaction: OpenTransaction?
  /// What incremental snapshots have to know of the stream; nil for none.
  var watch: StreamWatch?
  private var signalRelation: UInt32?
  /// The open transaction's events, where they are counted.
  var ledger: TransactionLedger?
  /// Where the event that is being written stands in its transaction.
  var eventPlace: TransactionInfo?
  let transactionSchemas: (key: ConnectSchema, value: ConnectSchema)
  let messageSchemas: (key: ConnectSchema, value: ConnectSchema)
  let isGeneral: Bool
  /// Commit time of the last change, microseconds since 1970; nil before the first.
  var lastEventTime: Int64?
  var decoder = PgOutputDecoder()
  var plans: [UInt32: RelationPlan] = [:]
  let messagePlan: MessagePlan
  let messageEnvelope: EnvelopeWriter
  var scratch = JSONWriter(capacity: 1024)
  var otherScratch = JSONWriter(capacity: 1024)
  let skipThrough: LSN?
  let snapshotPoints: [LSN]

  /// Where the stream begins.
  struct Bounds: Sendable {
    /// The last commit before it.
    var lastCommit: CommitPosition?
    /// Transactions up to here were delivered by an earlier run: their changes are not sent again.
    var skipThrough: LSN?
    /// The consistent points of snapshots that were read beside the slot, interrupted ones included: what commits before one is in its rows, too.
    var snapshotPoints: [LSN] = []
  }

  init(configuration: ConnectorConfiguration, planner: RelationPlanner, logger: Logger, bounds: Bounds = Bounds()) {
    self.configuration = configuration
    self.planner = planner
    self.logger = logger
    lastCommit = bounds.lastCommit
    skipThrough = bounds.skipThrough
    snapshotPoints = bounds.snapshotPoints
    messagePlan = planner.messagePlan()
    transactionSchemas = (planner.envelopeSchemas.transactionKey, planner.envelopeSchemas.transactionValue)
    messageSchemas = planner.messageSchemas
    isGeneral = configuration.usesGeneralPath
    messageEnvelope = EnvelopeWriter(
      version: planner.version, name: configuration.topicPrefix, database: configuration.database.database, schema: "", table: "",
      omitsDefaults: !configuration.valueReplacesNulls)
    batch = Self.makeBatch(configuration, reserving: 64 << 10)
  }

  private static func makeBatch(_ configuration: ConnectorConfiguration, reserving bytes: Int) -> CapturedBatch {
    CapturedBatch(
      reserving: bytes, keyConverter: configuration.keyConverter, valueConverter: configuration.valueConverter,
      headerConverter: configuration.headerConverter)
  }

  /// Gives away the records made so far, with the last commit they complete.
  func takeBatch() -> (batch: CapturedBatch, completes: CommitPosition?) {
    let full = batch
    let position = completed
    batch = Self.makeBatch(configuration, reserving: max(full.byteCount, 4 << 10))
    completed = nil
    return (full, position)
  }

  /// Installs the plan of a relation.
  func install(_ plan: RelationPlan) {
    if let old = plans[plan.relation.id]?.labels { plan.labels?.inherit(old) }
    plans[plan.relation.id] = plan
    if watch?.isSignalTable(plan) == true { signalRelation = plan.relation.id }
  }

  /// Whether the row of an insert or update shows that a type was changed: then the plan has to be made anew first.
  private func isOutdated(_ id: UInt32, _ bytes: UnsafeRawBufferPointer) throws -> RelationPlan? {
    guard let plan = plans[id], plan.isCaptured, plan.labels != nil, !isSkipping else { return nil }
    return try plan.labels?.meetsNew(RowImage(bytes: bytes, fields: decoder.newTuple)) == true ? plan : nil
  }

  var isInsideTransaction: Bool { transaction != nil }

  /// Reads one message.
  ///
  /// - Throws: `DecodingError` for a message that is not pgoutput; `CaptureError` for a change that cannot be sent.
  func consume(_ bytes: UnsafeRawBufferPointer, walStart: LSN, serverTime: Int64) throws -> Step {
    switch try decoder.decode(bytes) {
    case .insert(let id):
      if let outdated = try isOutdated(id, bytes) { return .needsTypes(outdated.relation) }
      guard let plan = try plan(of: id) else { break }
      counters.creates += 1
      let new = RowImage(bytes: bytes, fields: decoder.newTuple)
      if id == signalRelation { try watch?.signal(new, lsn: walStart) }
      guard !configuration.skippedOperations.contains(.create) else { break }
      if id == watch?.windowRelation { try watch?.changed(new) }
      try making(plan) { try emit(.create, .create, plan: plan, source: source(walStart), before: nil, after: new) }
    case .update(let id, let old):
      if let outdated = try isOutdated(id, bytes) { return .needsTypes(outdated.relation) }
      guard let plan = try plan(of: id) else { break }
      counters.updates += 1
      guard !configuration.skippedOperations.contains(.update) else { break }
      if id == watch?.windowRelation { try showUpdate(bytes, old: old, plan: plan) }
      try making(plan) { try update(plan, old: old, bytes: bytes, source: source(walStart)) }
    case .delete(let id, let kind):
      guard let plan = try plan(of: id) else { break }
      counters.deletes += 1
      let old = RowImage(bytes: bytes, fields: decoder.oldTuple, identity: kind == .key ? plan.identity : nil)
      if id == signalRelation { try watch?.signalDeleted(old) }
      guard !configuration.skippedOperations.contains(.delete) else { break }
      if id == watch?.windowRelation { try watch?.changed(old) }
      let source = source(walStart)
      try making(plan) {
        try emit(.delete, .delete, plan: plan, source: source, before: old, after: nil)
        if configuration.tombstonesOnDelete { try emit(.tombstone, .delete, plan: plan, source: source, before: old, after: nil) }
      }
    case .begin(let finalLSN, let commitTime, let id):
      let opened = OpenTransaction(id: id, commitTime: WallClock.unix(postgres: commitTime), finalLSN: finalLSN)
      transaction = opened
      try beginLedger(opened, at: walStart)
    case .commit(let commitLSN, let endLSN, _):
      counters.transactions += 1
      try endLedger(transaction, at: walStart)
      if let id = transaction?.id { watch?.committed(id) }
      transaction = nil
      let position = CommitPosition(commitLSN: commitLSN, endLSN: endLSN)
      lastCommit = position
      completed = position
    case .relation(let relation): return .needsTable(relation)
    case .origin(let lsn, let name):
      transaction?.origin = name
      transaction?.originLSN = lsn
    case .type: break
    case .truncate(let ids, _, _):
      for id in ids {
        guard let plan = try plan(of: id) else { continue }
        if id == watch?.windowRelation { watch?.truncated() }
        guard !configuration.skippedOperations.contains(.truncate) else { continue }
        try making(plan) { try emit(.truncate, .truncate, plan: plan, source: source(walStart), before: nil, after: nil) }
      }
    case .message(_, let lsn, let prefix, let content):
      try message(prefix: prefix, content: UnsafeRawBufferPointer(rebasing: bytes[content]), lsn: lsn, serverTime: serverTime)
    }
    return .done
  }

  private func showUpdate(_ bytes: UnsafeRawBufferPointer, old kind: OldTupleKind?, plan: RelationPlan) throws {
    let old = kind.map { RowImage(bytes: bytes, fields: decoder.oldTuple, identity: $0 == .key ? plan.identity : nil) }
    try watch?.changed(old, RowImage(bytes: bytes, fields: decoder.newTuple, old: kind == nil ? nil : decoder.oldTuple))
  }

  /// Writes a row that a snapshot read.
  func read(_ row: RowImage, plan: RelationPlan, source: SourceInfo) throws {
    counters.snapshotRows += 1
    counters.events += 1
    try making(plan) { try emit(.read, .read, plan: plan, source: source, before: nil, after: row) }
  }
}
