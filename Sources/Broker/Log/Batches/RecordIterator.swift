import NIOCore

/// The records of one batch, in order.
struct RecordIterator {
  let header: BatchHeader
  private let records: ByteBuffer
  private var position = 0
  private var remaining: Int32

  /// - Parameters:
  ///   - header: the batch's.
  ///   - records: what follows the header, decompressed; nothing else.
  init(header: BatchHeader, records: ByteBuffer) {
    self.header = header
    self.records = records
    remaining = header.recordCount
  }

  /// - Parameter batch: one whole batch that is not compressed.
  init(uncompressed batch: ByteBuffer) throws(RecordFormatError) {
    guard let header = BatchHeader(batch), header.isPlausible, header.sizeInBytes <= batch.readableBytes,
      let records = batch.getSlice(at: batch.readerIndex + BatchHeader.size, length: header.sizeInBytes - BatchHeader.size)
    else { throw RecordFormatError(reason: "\(batch.readableBytes) bytes are not a record batch of format v2") }
    guard header.compression == CompressionType.none else { throw RecordFormatError(reason: "the batch is compressed") }
    self.init(header: header, records: records)
  }

  /// Nil after the last one.
  mutating func next() throws(RecordFormatError) -> Record? {
    guard remaining > 0 else {
      guard position == records.readableBytes else {
        throw RecordFormatError(reason: "\(records.readableBytes - position) bytes follow the last record")
      }
      return nil
    }
    remaining -= 1
    let start = position
    let (fields, after) = try records.withUnsafeReadableBytes { bytes throws(RecordFormatError) in
      var walk = RecordWalk(bytes, from: start)
      let fields = try walk.next()
      return (fields, walk.position)
    }
    position = after
    return Record(
      offset: header.baseOffset &+ Int64(fields.offsetDelta),
      timestamp: header.timestampType == .logAppendTime ? header.maxTimestamp : header.baseTimestamp &+ fields.timestampDelta,
      key: fields.key.flatMap(slice), value: fields.value.flatMap(slice), headers: try headers(of: fields),
      bytes: slice(fields.bytes) ?? ByteBuffer())
  }

  private func slice(_ range: Range<Int>) -> ByteBuffer? {
    records.getSlice(at: records.readerIndex + range.lowerBound, length: range.count)
  }

  private func headers(of fields: RecordFields) throws(RecordFormatError) -> [RecordHeader] {
    guard fields.headerCount > 0 else { return [] }
    var headers: [RecordHeader] = []
    try records.withUnsafeReadableBytes { bytes throws(RecordFormatError) in
      var walk = RecordWalk(bytes, from: fields.headers.lowerBound)
      for _ in 0..<fields.headerCount {
        guard let name = try walk.nextHeaderField().flatMap(slice) else { throw RecordFormatError(reason: "a header without a name") }
        headers.append(RecordHeader(name: name, value: try walk.nextHeaderField().flatMap(slice)))
      }
    }
    return headers
  }
}
