import NIOCore

extension PartitionLog {
  /// Whole batches from the one that holds `offset` on, of one segment.
  ///
  /// - Parameters:
  ///   - minOneBatch: whether the first batch is returned although it is larger than `maxBytes` (KIP-74).
  ///   - isolation: decides how far a reader sees.
  /// - Throws: OFFSET_OUT_OF_RANGE before the log's start and after its end.
  func read(at offset: Int64, maxBytes: Int, minOneBatch: Bool, isolation: Isolation) throws(ReadError) -> LogRead {
    try checkReadable()
    guard offset >= logStartOffset, offset <= logEndOffset else {
      throw ReadError(
        code: .offsetOutOfRange, message: "offset \(offset) of \(partition): the log has \(logStartOffset) to \(logEndOffset)")
    }
    let limit = isolation == .readCommitted ? lastStableOffset : highWatermark
    guard offset < limit else { return LogRead(records: ByteBuffer(), abortedTransactions: [], nextOffset: offset) }
    return try reporting { () throws(LogError) in
      for index in segmentIndex(of: offset)..<segments.count {
        guard let first = try segments[index].batch(endingAtOrAfter: offset) else { continue }
        let (records, next) = try segments[index].read(from: first, maxBytes: maxBytes, minOneBatch: minOneBatch, limit: limit)
        guard records.readableBytes > 0 else { break }
        var aborted: [AbortedTransaction] = []
        if isolation == .readCommitted {
          aborted = try AbortedTransactions.overlapping(from: offset, upTo: next, in: segments[index...].lazy.map(\.abortedTransactions))
        }
        return LogRead(records: records, abortedTransactions: aborted, nextOffset: next)
      }
      return LogRead(records: ByteBuffer(), abortedTransactions: [], nextOffset: offset)
    }
  }

  /// The last segment that begins at or before an offset.
  func segmentIndex(of offset: Int64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].baseOffset <= offset { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  // MARK: By time

  /// The first record whose timestamp is `timestamp` or later; nil when there is none.
  func firstOffset(atOrAfterTimestamp timestamp: Int64) throws(ReadError) -> TimestampedOffset? {
    try checkReadable()
    return try reporting { () throws(LogError) in
      for segment in segments where segment.maxTimestamp >= timestamp && segment.nextOffset > logStartOffset {
        if let found = try record(in: segment, atOrAfter: timestamp) { return found }
      }
      return nil
    }
  }

  /// The first record with the largest timestamp of all; nil when the log is empty.
  func maxTimestamp() throws(ReadError) -> TimestampedOffset? {
    try checkReadable()
    let live = segments.filter { $0.nextOffset > logStartOffset }
    guard let largest = live.map(\.maxTimestamp).max(), largest >= 0 else { return nil }
    return try firstOffset(atOrAfterTimestamp: largest)
  }

  private func record(in segment: Segment, atOrAfter timestamp: Int64) throws(LogError) -> TimestampedOffset? {
    var position = try segment.index.entry(before: timestamp).map { Int($0.position) } ?? 0
    let start = logStartOffset
    while let batch = try segment.firstBatch(from: position, where: { $0.maxTimestamp >= timestamp && $0.lastOffset >= start }) {
      if let found = try record(of: batch, in: segment, atOrAfter: timestamp) { return found }
      position = batch.position + batch.header.sizeInBytes
    }
    return nil
  }

  /// A compressed batch is decompressed for this, as Kafka does.
  private func record(of batch: ScannedBatch, in segment: Segment, atOrAfter timestamp: Int64) throws(LogError) -> TimestampedOffset? {
    let header = batch.header
    if header.timestampType == .logAppendTime {
      return TimestampedOffset(offset: max(header.baseOffset, logStartOffset), timestamp: header.maxTimestamp)
    }
    var bytes = try segment.bytes(of: batch)
    bytes.moveReaderIndex(forwardBy: BatchHeader.size)
    do {
      let plain = try Compression.decompress(
        bytes, header.compression ?? .none, limit: BatchValidator.largestDecompressed)
      return try plain.withUnsafeReadableBytes { raw -> TimestampedOffset? in
        var walk = RecordWalk(raw)
        for _ in 0..<header.recordCount {
          let fields = try walk.next()
          let offset = header.baseOffset + Int64(fields.offsetDelta)
          let time = header.baseTimestamp &+ fields.timestampDelta
          if time >= timestamp, offset >= logStartOffset { return TimestampedOffset(offset: offset, timestamp: time) }
        }
        return nil
      }
    } catch {
      // What a producer compressed in a way we cannot read is still found by its batch.
      return TimestampedOffset(offset: max(header.baseOffset, logStartOffset), timestamp: header.maxTimestamp)
    }
  }

  // MARK: Errors

  private func checkReadable() throws(ReadError) {
    if let failure { throw ReadError(code: .kafkaStorageError, message: "\(partition) is offline: \(failure.reason)") }
  }

  private func reporting<Value>(_ body: () throws(LogError) -> Value) throws(ReadError) -> Value {
    do throws(LogError) {
      return try body()
    } catch {
      environment.logger.error("a log cannot be read", metadata: ["partition": "\(partition)", "error": "\(error)"])
      throw ReadError(code: .kafkaStorageError, message: error.reason)
    }
  }
}
