internal import ChangeEvents
internal import Postgres

extension ChangeEncoder {
  /// The plan of a captured relation; nil if its changes are not wanted.
  func plan(of id: UInt32) throws -> RelationPlan? {
    guard let plan = plans[id] else { throw DecodingError.unexpected("a change of the relation \(id) that was never described") }
    guard plan.isCaptured, !isSkipping else {
      counters.filtered += 1
      return nil
    }
    counters.events += 1
    lastEventTime = transaction?.commitTime
    if let transaction { counters.lastTransactionID = transaction.id }
    return plan
  }

  var isSkipping: Bool {
    guard let skipThrough, let transaction else { return false }
    return transaction.finalLSN < skipThrough
  }

  /// What the change's transaction is known to come after. Consumers tell by it on which side of a snapshot it is, which the change's own LSN
  /// does not say: it may have been made before the snapshot and committed after it.
  var lastKnownPoint: LSN? {
    let last = lastMessageLSN.map { max($0, lastCommit?.endLSN ?? .zero) } ?? lastCommit?.endLSN
    guard let transaction, let point = snapshotPoints.filter({ $0 <= transaction.finalLSN }).max() else { return last }
    return max(last ?? .zero, point)
  }

  func source(_ lsn: LSN) -> SourceInfo {
    counters.lastLSN = lsn.rawValue
    return SourceInfo(
      tsUs: transaction?.commitTime ?? 0, lastCommitLSN: lastKnownPoint?.rawValue, lsn: lsn.rawValue,
      txID: transaction.map { Int64($0.id) }, xmin: xmin, origin: transaction?.origin, originLSN: transaction?.originLSN?.rawValue)
  }

  func update(_ plan: RelationPlan, old kind: OldTupleKind?, bytes: UnsafeRawBufferPointer, source: SourceInfo) throws {
    guard let kind else {
      return try emit(.update, .update, plan: plan, source: source, before: nil, after: RowImage(bytes: bytes, fields: decoder.newTuple))
    }
    let old = RowImage(bytes: bytes, fields: decoder.oldTuple, identity: kind == .key ? plan.identity : nil)
    let new = RowImage(bytes: bytes, fields: decoder.newTuple, old: decoder.oldTuple)
    if configuration.skipsUnchanged, try isUnchanged(plan, old: old, new: new) {
      counters.unchanged += 1
      return
    }
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

  /// Makes a change's records, all or none: one that cannot be made is left out where `event.processing.failure.handling.mode` says so.
  ///
  /// What a stream or a configuration does wrong is never a change's fault.
  func making(_ plan: RelationPlan, _ body: () throws -> Void) throws {
    guard configuration.processingFailure != .fail else { return try body() }
    let count = batch.count
    let byteCount = batch.byteCount
    do { try body() } catch let error as CaptureError where error.exitCode != 78 {
      batch.truncate(count: count, byteCount: byteCount)
      counters.erroneous += 1
      guard configuration.processingFailure == .warn else { return }
      logger.warning(
        "a change is left out: it cannot be made a record",
        metadata: ["table": "\(plan.qualifiedName)", "transaction": "\(transaction?.id ?? 0)", "reason": "\(error)"])
    }
  }

  /// Whether both rows look alike in the record, column filters and masks applied. A value that cannot be written tells them apart.
  private func isUnchanged(_ plan: RelationPlan, old: RowImage, new: RowImage) throws -> Bool {
    scratch.removeAll()
    otherScratch.removeAll()
    do {
      try plan.row.write(to: &scratch) { try old.image($0) }
      try plan.row.write(to: &otherScratch) { try new.image($0) }
    } catch is RowEncodingError { return false }
    return scratch.copyBytes() == otherScratch.copyBytes()
  }

  func message(prefix: String, content: UnsafeRawBufferPointer, lsn: LSN, serverTime: Int64) throws {
    let shape: RecordShape
    let looksInside: Bool
    let isWanted = configuration.messageFilter.accepts(prefix)
    try configuration.patternWatch.check()
    switch messagePlan {
    case _ where !isWanted || isSkipping || (transaction == nil && lsn < skipThrough ?? .zero), .drop:
      counters.filtered += 1
      return
    case .send(let known): (shape, looksInside) = (known, false)
    case .lookInside(let plain): (shape, looksInside) = (plain, true)
    }
    counters.events += 1
    // A message outside of a transaction is a commit of its own to Debezium.
    if transaction == nil { lastMessageLSN = lsn }
    var source = source(lsn)
    if transaction == nil { source.tsUs = WallClock.unix(postgres: serverTime) }
    let place = place(in: Self.messageCollection, at: source.lsn)
    let start = batch.writer.count
    batch.writer.raw(shape.keyHead)
    if case .messagePrefix(let name) = shape.key, let name {
      batch.writer.raw(Array("{\(JSONDocument.quoted(name)):".utf8))
      batch.writer.string(prefix)
      batch.writer.raw(UInt8(ascii: "}"))
    } else {
      batch.writer.raw("{}")
    }
    if !shape.keyHead.isEmpty { batch.writer.raw(UInt8(ascii: "}")) }
    let keyEnd = batch.writer.count
    batch.writer.raw(shape.valueHead)
    messageEnvelope.write(
      messageTo: &batch.writer, prefix: prefix, content: content, source: source, transaction: place, nowNs: WallClock.nanoseconds(),
      binaryHandling: configuration.encoding.binaryHandling)
    if !shape.valueHead.isEmpty { batch.writer.raw(UInt8(ascii: "}")) }
    if looksInside {
      return try transform(
        from: start, topic: shape.topic, key: start..<keyEnd, keySchema: messageSchemas.key, value: keyEnd..<batch.writer.count,
        valueSchema: messageSchemas.value, headers: [])
    }
    batch.append(.init(topic: shape.topic, partition: nil, key: start..<keyEnd, value: keyEnd..<batch.writer.count, headers: shape.headers))
  }
}
