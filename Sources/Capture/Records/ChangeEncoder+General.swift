internal import ChangeEvents
internal import Kafka

/// The road of records that have to be looked into: they are written as a table's plain records, read into values, given to the connector's
/// transforms, and converted.
extension ChangeEncoder {
  /// Replaces what was just written behind `start` by what becomes of it.
  ///
  /// - Parameters:
  ///   - key: where the key's plain JSON stands; nil for none.
  ///   - value: where the value's plain JSON stands; nil for a tombstone.
  ///   - headers: of the record, in order.
  func transform(
    from start: Int, topic: String, key: Range<Int>?, keySchema: ConnectSchema?, value: Range<Int>?, valueSchema: ConnectSchema?,
    headers: [ConnectRecord.Header]
  ) throws(CaptureError) {
    var record = ConnectRecord(
      topic: topic, keySchema: key == nil ? nil : keySchema, key: try parse(key, keySchema), valueSchema: value == nil ? nil : valueSchema,
      value: try parse(value, valueSchema), headers: headers)
    batch.writer.truncate(to: start)
    guard try configuration.transformChain.apply(&record, logger: logger) else {
      counters.filtered += 1
      return
    }
    try write(record)
  }

  private func parse(_ range: Range<Int>?, _ schema: ConnectSchema?) throws(CaptureError) -> ConnectValue {
    guard let range else { return .null }
    return try batch.writer.withUnsafeBytes(in: range) { (bytes) throws(CaptureError) in
      try ConnectValueParser.parse(bytes, schema: schema)
    }
  }

  /// The headers of a change before they are converted.
  func headerValues(_ plan: RelationPlan, _ kind: RecordKind, _ otherKey: [UInt8]?) throws(CaptureError) -> [ConnectRecord.Header] {
    guard let name = kind.keyChangeHeader, let otherKey else { return planner.contextValues }
    return [
      ConnectRecord.Header(name: name, schema: plan.schemas.key, value: try ConnectValueParser.parse(otherKey, schema: plan.schemas.key))
    ]
      + planner.contextValues
  }

  /// The bytes of the other key in the header of a record of a changed key.
  func headerBytes(otherKey: [UInt8], plan: RelationPlan) throws(CaptureError) -> [UInt8]? {
    switch configuration.headerConverter {
    case .json: return otherKey
    default:
      let schema = plan.schemas.key
      return try configuration.headerConverter.bytes(try ConnectValueParser.parse(otherKey, schema: schema), schema: schema)
    }
  }
}
