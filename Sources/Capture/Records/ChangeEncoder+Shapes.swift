internal import ChangeEvents
internal import Kafka

/// How a record of a known shape is written.
extension ChangeEncoder {
  func headers(_ shape: RecordShape, _ kind: RecordKind, _ otherKey: [UInt8]?, _ plan: RelationPlan) throws(CaptureError) -> [Header] {
    guard let name = kind.keyChangeHeader, let otherKey else { return shape.headers }
    return [Header(name: name, value: try headerBytes(otherKey: otherKey, plan: plan))] + shape.headers
  }

  func write(
    _ shape: RecordShape, kind: RecordKind, _ operation: ChangeEvents.Operation, plan: RelationPlan, source: SourceInfo, before: RowImage?,
    after: RowImage?, headers: [Header], partition: Int32? = nil, otherKey: [UInt8]? = nil
  ) throws {
    let row = after ?? before
    let start = batch.writer.count
    var key: Range<Int>?
    switch shape.key {
    case .none, .messagePrefix: break
    case .row(let encoder):
      if let row {
        batch.writer.raw(shape.keyHead)
        try encoder.write(to: &batch.writer) { try row.image($0) }
        if !shape.keyHead.isEmpty { batch.writer.raw(UInt8(ascii: "}")) }
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
      batch.writer.raw(shape.valueHead)
      try plan.envelope.write(
        to: &batch.writer, operation: operation, source: source, transaction: eventPlace, nowNs: WallClock.nanoseconds(),
        before: before.map { image in { try encoder.write(to: &$0) { try image.image($0) } } },
        after: after.map { image in { try encoder.write(to: &$0) { try image.image($0) } } })
      if !shape.valueHead.isEmpty { batch.writer.raw(UInt8(ascii: "}")) }
    case .partialEnvelope(let fields):
      try writePartial(fields, operation, plan: plan, source: source, before: before, after: after)
    case .row(let encoder):
      if let row { try encoder.write(to: &batch.writer) { try row.image($0) } }
    case .scalar(let scalar):
      if let row { hasValue = try writeScalar(scalar, row: row) }
    }
    if isGeneral {
      return try transform(
        from: start, topic: shape.topic, key: key, keySchema: plan.schemas.key, value: hasValue ? valueStart..<batch.writer.count : nil,
        valueSchema: plan.schemas.envelope, headers: try headerValues(plan, kind, otherKey))
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
    guard let text = try rawText(scalar, row: row) else { return false }
    batch.writer.raw(text)
    return true
  }

  /// A column as StringConverter writes it.
  private func rawText(_ scalar: RecordShape.Scalar, row: RowImage) throws -> [UInt8]? {
    guard scalar.encoder.isMapped else { return try row.text(scalar.column).map { Array($0) } }
    scratch.removeAll()
    try scalar.encoder.write(try row.image(scalar.column), to: &scratch)
    return scratch.stringContent()
  }

  func scalarBytes(_ scalar: RecordShape.Scalar, row: RowImage) throws -> [UInt8]? {
    if scalar.isRaw { return try rawText(scalar, row: row) }
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
      case .transaction: EnvelopeWriter.write(transaction: eventPlace, to: &batch.writer)
      case .op: batch.writer.string(String(operation.letter))
      case .tsMs: batch.writer.integer(now / 1_000_000)
      case .tsUs: batch.writer.integer(now / 1000)
      case .tsNs: batch.writer.integer(now)
      }
    }
    batch.writer.raw(UInt8(ascii: "}"))
  }
}
