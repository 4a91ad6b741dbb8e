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
  }

  let configuration: ConnectorConfiguration
  let planner: RelationPlanner
  let logger: Logger
  private(set) var batch: CapturedBatch
  private(set) var counters = CaptureCounters()
  /// The last commit that was read; its end is `sequence[0]` of the records that follow.
  private(set) var lastCommit: CommitPosition?
  /// The last commit since the batch was taken.
  private(set) var completed: CommitPosition?
  private(set) var transaction: OpenTransaction?
  /// Commit time of the last change, microseconds since 1970; nil before the first.
  private(set) var lastEventTime: Int64?
  private var decoder = PgOutputDecoder()
  private var plans: [UInt32: RelationPlan] = [:]
  private let messagePlan: RecordPlan
  private let messageEnvelope: EnvelopeWriter
  private var scratch = JSONWriter(capacity: 1024)
  private var otherScratch = JSONWriter(capacity: 1024)
  private let skipThrough: LSN?
  private let snapshotPoint: LSN?

  /// Where the stream begins.
  struct Bounds: Sendable {
    /// The last commit before it.
    var lastCommit: CommitPosition?
    /// Transactions up to here were delivered by an earlier run: their changes are not sent again.
    var skipThrough: LSN?
    /// The consistent point of a snapshot that was taken beside the slot: what commits before it is in the snapshot, too.
    var snapshotPoint: LSN?
  }

  init(configuration: ConnectorConfiguration, planner: RelationPlanner, logger: Logger, bounds: Bounds = Bounds()) {
    self.configuration = configuration
    self.planner = planner
    self.logger = logger
    lastCommit = bounds.lastCommit
    skipThrough = bounds.skipThrough
    snapshotPoint = bounds.snapshotPoint
    messagePlan = planner.messagePlan()
    messageEnvelope = EnvelopeWriter(
      version: planner.version, name: configuration.topicPrefix, database: configuration.database.database, schema: "", table: "")
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
  func install(_ plan: RelationPlan) { plans[plan.relation.id] = plan }

  var isInsideTransaction: Bool { transaction != nil }

  /// Reads one message.
  ///
  /// - Throws: `DecodingError` for a message that is not pgoutput; `CaptureError` for a change that cannot be sent.
  func consume(_ bytes: UnsafeRawBufferPointer, walStart: LSN, serverTime: Int64) throws -> Step {
    switch try decoder.decode(bytes) {
    case .insert(let id):
      guard let plan = try plan(of: id) else { break }
      counters.creates += 1
      guard !configuration.skippedOperations.contains(.create) else { break }
      let new = RowImage(bytes: bytes, fields: decoder.newTuple)
      try emit(.create, .create, plan: plan, source: source(walStart), before: nil, after: new)
    case .update(let id, let old):
      guard let plan = try plan(of: id) else { break }
      counters.updates += 1
      guard !configuration.skippedOperations.contains(.update) else { break }
      try update(plan, old: old, bytes: bytes, source: source(walStart))
    case .delete(let id, let kind):
      guard let plan = try plan(of: id) else { break }
      counters.deletes += 1
      guard !configuration.skippedOperations.contains(.delete) else { break }
      let old = RowImage(bytes: bytes, fields: decoder.oldTuple, identity: kind == .key ? plan.identity : nil)
      let source = source(walStart)
      try emit(.delete, .delete, plan: plan, source: source, before: old, after: nil)
      if configuration.tombstonesOnDelete { try emit(.tombstone, .delete, plan: plan, source: source, before: old, after: nil) }
    case .begin(let finalLSN, let commitTime, let id):
      transaction = OpenTransaction(id: id, commitTime: commitTime + WallClock.postgresEpoch, finalLSN: finalLSN)
    case .commit(let commitLSN, let endLSN, _):
      counters.transactions += 1
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
        guard let plan = try plan(of: id), !configuration.skippedOperations.contains(.truncate) else { continue }
        try emit(.truncate, .truncate, plan: plan, source: source(walStart), before: nil, after: nil)
      }
    case .message(_, let lsn, let prefix, let content):
      try message(prefix: prefix, content: UnsafeRawBufferPointer(rebasing: bytes[content]), lsn: lsn, serverTime: serverTime)
    }
    return .done
  }

  /// Writes a row that a snapshot read.
  func read(_ row: RowImage, plan: RelationPlan, source: SourceInfo) throws {
    counters.snapshotRows += 1
    counters.events += 1
    try emit(.read, .read, plan: plan, source: source, before: nil, after: row)
  }

  // MARK: - Changes

  /// The plan of a captured relation; nil if its changes are not wanted.
  private func plan(of id: UInt32) throws -> RelationPlan? {
    guard let plan = plans[id] else { throw DecodingError.unexpected("a change of the relation \(id) that was never described") }
    guard plan.isCaptured, !isSkipping else {
      counters.filtered += 1
      return nil
    }
    counters.events += 1
    lastEventTime = transaction?.commitTime
    return plan
  }

  private var isSkipping: Bool {
    guard let skipThrough, let transaction else { return false }
    return transaction.finalLSN < skipThrough
  }

  /// What the change's transaction is known to come after. Consumers tell by it on which side of a snapshot it is, which the change's own LSN
  /// does not say: it may have been made before the snapshot and committed after it.
  private var lastKnownPoint: LSN? {
    guard let snapshotPoint, let transaction, transaction.finalLSN >= snapshotPoint else { return lastCommit?.endLSN }
    return max(lastCommit?.endLSN ?? .zero, snapshotPoint)
  }

  private func source(_ lsn: LSN) -> SourceInfo {
    SourceInfo(
      tsUs: transaction?.commitTime ?? 0, lastCommitLSN: lastKnownPoint?.rawValue, lsn: lsn.rawValue,
      txID: transaction.map { Int64($0.id) }, origin: transaction?.origin, originLSN: transaction?.originLSN?.rawValue)
  }

  private func update(_ plan: RelationPlan, old kind: OldTupleKind?, bytes: UnsafeRawBufferPointer, source: SourceInfo) throws {
    guard let kind else {
      return try emit(.update, .update, plan: plan, source: source, before: nil, after: RowImage(bytes: bytes, fields: decoder.newTuple))
    }
    let old = RowImage(bytes: bytes, fields: decoder.oldTuple, identity: kind == .key ? plan.identity : nil)
    let new = RowImage(bytes: bytes, fields: decoder.newTuple, old: kind == .full ? decoder.oldTuple : nil)
    guard let key = plan.key else { return try emit(.update, .update, plan: plan, source: source, before: old, after: new) }
    // Keys are compared as they are written: what both say alike is the same key.
    scratch.removeAll()
    otherScratch.removeAll()
    try key.write(to: &scratch) { try old.image($0) }
    try key.write(to: &otherScratch) { try new.image($0) }
    let oldKey = scratch.copyBytes()
    let newKey = otherScratch.copyBytes()
    guard oldKey != newKey else { return try emit(.update, .update, plan: plan, source: source, before: old, after: new) }
    try emit(.keyChangeDelete, .delete, plan: plan, source: source, before: old, after: nil, otherKey: newKey)
    if configuration.tombstonesOnDelete {
      try emit(.keyChangeTombstone, .delete, plan: plan, source: source, before: old, after: nil, otherKey: newKey)
    }
    try emit(.keyChangeCreate, .create, plan: plan, source: source, before: nil, after: new, otherKey: oldKey)
  }

  private func message(prefix: String, content: UnsafeRawBufferPointer, lsn: LSN, serverTime: Int64) throws {
    if case .impossible(let error) = messagePlan, configuration.messageFilter.accepts(prefix) { throw error }
    guard configuration.messageFilter.accepts(prefix), !isSkipping, !(transaction == nil && lsn < skipThrough ?? .zero),
      case .send(let shape) = messagePlan
    else {
      counters.filtered += 1
      return
    }
    counters.events += 1
    var source = source(lsn)
    if transaction == nil { source.tsUs = serverTime + WallClock.postgresEpoch }
    let start = batch.writer.count
    if case .messagePrefix(let name) = shape.key, let name {
      batch.writer.raw(Array("{\(JSONDocument.quoted(name)):".utf8))
      batch.writer.string(prefix)
      batch.writer.raw(UInt8(ascii: "}"))
    } else {
      batch.writer.raw("{}")
    }
    let keyEnd = batch.writer.count
    messageEnvelope.write(
      messageTo: &batch.writer, prefix: prefix, content: content, source: source, nowNs: WallClock.nanoseconds(),
      binaryHandling: configuration.encoding.binaryHandling)
    batch.append(.init(topic: shape.topic, partition: nil, key: start..<keyEnd, value: keyEnd..<batch.writer.count, headers: shape.headers))
  }

  // MARK: - Records

  private func emit(
    _ kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?, after: RowImage?,
    otherKey: [UInt8]? = nil
  ) throws {
    let start = batch.writer.count
    var before = before
    var after = after
    while true {
      do {
        return try write(kind, operation, plan: plan, source: source, before: before, after: after, otherKey: otherKey)
      } catch let error as RowEncodingError {
        batch.writer.truncate(to: start)
        counters.erroneous += 1
        let column = plan.relation.columns.firstIndex { $0.name == error.field }
        guard configuration.conversionFailure != .fail, let column, before?.nulled.contains(column) != true,
          after?.nulled.contains(column) != true
        else { throw CaptureError.failed("a change of \(plan.qualifiedName) cannot be written: \(error)") }
        if configuration.conversionFailure == .warn {
          logger.warning(
            "a value cannot be represented: null is written", metadata: ["table": "\(plan.qualifiedName)", "reason": "\(error)"])
        }
        before?.nulled.insert(column)
        after?.nulled.insert(column)
      } catch {
        batch.writer.truncate(to: start)
        throw error
      }
    }
  }

  private func write(
    _ kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?, after: RowImage?,
    otherKey: [UInt8]?
  ) throws {
    let row = after ?? before
    switch plan.plan(kind) {
    case .drop: counters.filtered += 1
    case .impossible(let error): throw error
    case .invalidOperation(let behaviour, let transform):
      counters.filtered += 1
      let metadata: Logger.Metadata = ["table": "\(plan.qualifiedName)", "transform": "\(transform)"]
      switch behaviour {
      case .warn: logger.warning("an update of an outbox table is left out", metadata: metadata)
      case .error: logger.error("an update of an outbox table is left out", metadata: metadata)
      case .fatal:
        throw CaptureError.failed(
          "transform \"\(transform)\": an update of the outbox table \(plan.qualifiedName), and table.op.invalid.behavior is fatal")
      }
    case .send(let shape):
      try write(
        shape, kind: kind, operation, plan: plan, source: source, before: before, after: after, headers: headers(shape, kind, otherKey))
    case .route(let route):
      guard let row else { return }
      guard let target = try row.text(route.routeColumn) else {
        throw CaptureError.failed(
          "an event of \(plan.qualifiedName) cannot be routed: its column \"\(route.settings.routeColumn)\" is NULL")
      }
      let payload = try row.text(route.payloadColumn)
      let isEmpty = payload.map { $0.allSatisfy { $0 <= 0x20 } } ?? true
      let shape = try route.shape(
        routedBy: String(decoding: target, as: UTF8.self), isTombstone: isEmpty && route.settings.tombstoneOnEmptyPayload)
      var headers = headers(shape, kind, otherKey)
      for field in route.headerFields {
        headers.append(Header(name: field.name, value: try scalarBytes(field.scalar, row: row)))
      }
      var partition: Int32?
      if let column = route.partitionColumn, let text = try row.text(column) {
        partition = Int32(String(decoding: text, as: UTF8.self))
      }
      try write(
        shape, kind: kind, operation, plan: plan, source: source, before: before, after: after, headers: headers, partition: partition)
    }
  }

  private func headers(_ shape: RecordShape, _ kind: RecordKind, _ otherKey: [UInt8]?) -> [Header] {
    guard let name = kind.keyChangeHeader, let otherKey else { return shape.headers }
    return [Header(name: name, value: otherKey)] + shape.headers
  }

  private func write(
    _ shape: RecordShape, kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?,
    after: RowImage?, headers: [Header], partition: Int32? = nil
  ) throws {
    let row = after ?? before
    let start = batch.writer.count
    var key: Range<Int>?
    switch shape.key {
    case .none, .messagePrefix: break
    case .row(let encoder):
      if let row {
        try encoder.write(to: &batch.writer) { try row.image($0) }
        key = start..<batch.writer.count
      }
    case .scalar(let scalar):
      if let row, try writeScalar(scalar, row: row) { key = start..<batch.writer.count }
    }
    let valueStart = batch.writer.count
    var hasValue = true
    switch shape.value {
    case .tombstone, .message: hasValue = false
    case .envelope:
      let encoder = plan.row
      try plan.envelope.write(
        to: &batch.writer, operation: operation, source: source, nowNs: WallClock.nanoseconds(),
        before: before.map { image in { try encoder.write(to: &$0) { try image.image($0) } } },
        after: after.map { image in { try encoder.write(to: &$0) { try image.image($0) } } })
    case .partialEnvelope(let fields):
      try writePartial(fields, operation, plan: plan, source: source, before: before, after: after)
    case .row(let encoder):
      if let row { try encoder.write(to: &batch.writer) { try row.image($0) } }
    case .scalar(let scalar):
      if let row { hasValue = try writeScalar(scalar, row: row) }
    }
    batch.append(
      .init(topic: shape.topic, partition: partition, key: key, value: hasValue ? valueStart..<batch.writer.count : nil, headers: headers))
  }

  /// Writes a column's value by itself.
  ///
  /// - Returns: false for a NULL that StringConverter leaves NULL; JSON has its own `null`.
  private func writeScalar(_ scalar: RecordShape.Scalar, row: RowImage) throws -> Bool {
    guard scalar.isRaw else {
      try scalar.encoder.write(try row.image(scalar.column), to: &batch.writer)
      return true
    }
    guard let text = try row.text(scalar.column) else { return false }
    batch.writer.raw(text)
    return true
  }

  private func scalarBytes(_ scalar: RecordShape.Scalar, row: RowImage) throws -> [UInt8]? {
    if scalar.isRaw { return try row.text(scalar.column).map { Array($0) } }
    scratch.removeAll()
    try scalar.encoder.write(try row.image(scalar.column), to: &scratch)
    return scratch.copyBytes()
  }

  private func writePartial(
    _ fields: [(head: [UInt8], field: RecordDraft.EnvelopeField)], _ operation: ChangeEvents.Operation, plan: RelationPlan,
    source: SourceInfo, before: RowImage?, after: RowImage?
  ) throws {
    let now = WallClock.nanoseconds()
    if fields.isEmpty { batch.writer.raw(UInt8(ascii: "{")) }
    for (head, field) in fields {
      batch.writer.raw(head)
      switch field {
      case .before: if let before { try plan.row.write(to: &batch.writer) { try before.image($0) } } else { batch.writer.null() }
      case .after: if let after { try plan.row.write(to: &batch.writer) { try after.image($0) } } else { batch.writer.null() }
      case .source: plan.envelope.write(source: source, to: &batch.writer)
      case .transaction: batch.writer.null()
      case .op: batch.writer.string(String(operation.letter))
      case .tsMs: batch.writer.integer(now / 1_000_000)
      case .tsUs: batch.writer.integer(now / 1000)
      case .tsNs: batch.writer.integer(now)
      }
    }
    batch.writer.raw(UInt8(ascii: "}"))
  }
}
