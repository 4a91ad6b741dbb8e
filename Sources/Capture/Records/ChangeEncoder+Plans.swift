internal import ChangeEvents
internal import Kafka
internal import Logging

/// What becomes of a change, by its plan.
extension ChangeEncoder {
  func emit(
    _ kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?, after: RowImage?,
    otherKey: [UInt8]? = nil
  ) throws {
    let start = batch.writer.count
    eventPlace = kind.isTombstone || kind == .read ? nil : place(in: plan.qualifiedName, at: source.lsn)
    var before = before
    var after = after
    while true {
      do {
        return try write(kind, operation, plan: plan, source: source, before: before, after: after, otherKey: otherKey)
      } catch let error as RowEncodingError {
        batch.writer.truncate(to: start)
        counters.erroneous += 1
        let field = ((plan.key?.fields ?? []) + plan.row.fields).first { $0.name == error.field }
        guard configuration.conversionFailure != .fail, let field,
          before?.nulled.contains(field.column) != true || after?.nulled.contains(field.column) != true
        else { throw CaptureError.failed("a change of \(plan.qualifiedName) cannot be written: \(error)") }
        if configuration.conversionFailure == .warn {
          logger.warning(
            "a value cannot be represented: null is written", metadata: ["table": "\(plan.qualifiedName)", "reason": "\(error)"])
        }
        // Only the row whose value it is: the other one's may well be representable.
        let isBefore = before.map { isUnrepresentable(field, $0) } ?? false
        let isAfter = after.map { isUnrepresentable(field, $0) } ?? false
        if isBefore || !isAfter { before?.nulled.insert(field.column) }
        if isAfter || !isBefore { after?.nulled.insert(field.column) }
      } catch {
        batch.writer.truncate(to: start)
        throw error
      }
    }
  }

  private func isUnrepresentable(_ field: RowEncoder.Field, _ row: RowImage) -> Bool {
    scratch.removeAll()
    do {
      try field.encoder.write(row.image(field.column), to: &scratch)
      return false
    } catch { return true }
  }

  private func write(
    _ kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?, after: RowImage?,
    otherKey: [UInt8]?
  ) throws {
    let row = after ?? before
    switch plan.plan(kind) {
    case .drop: counters.filtered += 1
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
        shape, kind: kind, operation, plan: plan, source: source, before: before, after: after,
        headers: isGeneral ? [] : try headers(shape, kind, otherKey, plan), otherKey: otherKey)
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
      var headers = try headers(shape, kind, otherKey, plan)
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
}
