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

  // MARK: Errors

  func checkReadable() throws(ReadError) {
    if let failure { throw ReadError(code: .kafkaStorageError, message: "\(partition) is offline: \(failure.reason)") }
  }

  func reporting<Value>(_ body: () throws(LogError) -> Value) throws(ReadError) -> Value {
    do throws(LogError) {
      return try body()
    } catch {
      environment.logger.error("a log cannot be read", metadata: ["partition": "\(partition)", "error": "\(error)"])
      throw ReadError(code: .kafkaStorageError, message: error.reason)
    }
  }
}
