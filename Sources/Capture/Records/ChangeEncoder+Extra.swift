internal import Kafka

/// Records that are no changes of rows: heartbeats, transaction marks, notifications.
extension ChangeEncoder {
  /// Adds a record behind those that are in the batch: it goes through the connector's transforms and converters as Connect would send it.
  ///
  /// What the sink acknowledges covers it as any other record; it completes no transaction by itself. Called by the task that owns the encoder.
  /// - Returns: false if a transform dropped it.
  /// - Throws: `CaptureError` for a record that a transform or a converter refuses; then nothing was added.
  @discardableResult
  func append(_ record: ConnectRecord) throws(CaptureError) -> Bool {
    let start = batch.writer.count
    do {
      var record = record
      guard try configuration.transformChain.apply(&record, logger: logger) else {
        counters.filtered += 1
        return false
      }
      try write(record)
      return true
    } catch {
      batch.writer.truncate(to: start)
      throw error
    }
  }

  /// Converts a record that transforms are done with.
  func write(_ record: ConnectRecord) throws(CaptureError) {
    let start = batch.writer.count
    let hasKey = try configuration.keyConverter.write(
      record.key, schema: record.keySchema, options: configuration.keyJSON, to: &batch.writer)
    let keyEnd = batch.writer.count
    let hasValue = try configuration.valueConverter.write(
      record.value, schema: record.valueSchema, options: configuration.valueJSON, to: &batch.writer)
    var headers: [Header] = []
    headers.reserveCapacity(record.headers.count)
    for header in record.headers {
      headers.append(Header(name: header.name, value: try configuration.headerConverter.bytes(header.value, schema: header.schema)))
    }
    batch.append(
      .init(
        topic: record.topic, partition: record.partition, key: hasKey ? start..<keyEnd : nil,
        value: hasValue ? keyEnd..<batch.writer.count : nil, headers: headers, timestamp: record.timestamp))
  }
}
