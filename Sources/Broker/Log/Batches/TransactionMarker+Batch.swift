import NIOCore

extension TransactionMarker {
  /// The control batch that carries the marker (Kafka's `ControlRecordType` and `EndTransactionMarker`, version 0).
  func batch(offset: Int64, timestamp: Int64) -> ByteBuffer {
    var builder = RecordBatchBuilder(baseOffset: offset)
    builder.producerID = producerID
    builder.producerEpoch = producerEpoch
    builder.isTransactional = true
    builder.isControl = true
    var key = ByteBuffer()
    key.writeMultipleIntegers(0 as Int16, outcome.rawValue)
    var value = ByteBuffer()
    value.writeMultipleIntegers(0 as Int16, coordinatorEpoch)
    builder.append(key: key, value: value, timestamp: timestamp)
    return builder.finish()
  }

  /// The marker in a control batch; nil if there is none in it.
  init?(header: BatchHeader, batch: UnsafeRawBufferPointer) {
    guard header.isControl, header.recordCount > 0, header.compression == CompressionType.none, batch.count > BatchHeader.size else {
      return nil
    }
    let records = UnsafeRawBufferPointer(rebasing: batch[BatchHeader.size...])
    var walk = RecordWalk(records)
    guard let fields = try? walk.next(), let key = fields.key, key.count >= 4, let value = fields.value, value.count >= 6 else {
      return nil
    }
    let type = Int16(bigEndian: records.loadUnaligned(fromByteOffset: key.lowerBound + 2, as: Int16.self))
    guard let outcome = Outcome(rawValue: type) else { return nil }
    self.init(
      outcome: outcome, producerID: header.producerID, producerEpoch: header.producerEpoch,
      coordinatorEpoch: Int32(bigEndian: records.loadUnaligned(fromByteOffset: value.lowerBound + 2, as: Int32.self)))
  }
}
