import NIOCore

extension PartitionLog {
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
    if let found = try firstOffset(atOrAfterTimestamp: largest) { return found }
    return try reporting { () throws(LogError) in try largestOfWhatIsLeft(in: live) }
  }

  /// The slow way, for a log whose largest timestamp is that of a deleted record: over the headers of all batches.
  private func largestOfWhatIsLeft(in live: [Segment]) throws(LogError) -> TimestampedOffset? {
    let start = logStartOffset
    var cut: TimestampedOffset?
    var best: (segment: Segment, batch: ScannedBatch)?
    var largest: Int64 = -1
    for segment in live where segment.maxTimestamp > largest {
      var position = try segment.batch(endingAtOrAfter: start)?.position ?? 0
      while let batch = try segment.firstBatch(from: position, where: { $0.maxTimestamp > largest && $0.lastOffset >= start }) {
        if batch.header.baseOffset < start {
          try forEachRecord(of: batch, in: segment) { record in
            if record.timestamp > largest { (cut, largest) = (record, record.timestamp) }
            return true
          }
        } else {
          (best, largest) = ((segment, batch), batch.header.maxTimestamp)
        }
        position = batch.position + batch.header.sizeInBytes
      }
    }
    guard let best else { return cut }
    return try record(of: best.batch, in: best.segment, atOrAfter: largest)
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

  private func record(of batch: ScannedBatch, in segment: Segment, atOrAfter timestamp: Int64) throws(LogError) -> TimestampedOffset? {
    var found: TimestampedOffset?
    try forEachRecord(of: batch, in: segment) { record in
      guard record.timestamp >= timestamp else { return true }
      found = record
      return false
    }
    return found
  }

  /// The records of a batch from the log's start on, until `body` returns false. A compressed batch is decompressed for this, as Kafka does.
  private func forEachRecord(
    of batch: ScannedBatch, in segment: Segment, _ body: (TimestampedOffset) -> Bool
  ) throws(LogError) {
    let header = batch.header
    let start = logStartOffset
    // Compaction has emptied it.
    guard header.recordCount > 0 else { return }
    // All its records have that time, and so does what stands for a batch that was compressed in a way we cannot read.
    let whole = TimestampedOffset(offset: max(header.baseOffset, start), timestamp: header.maxTimestamp)
    if header.timestampType == .logAppendTime {
      _ = body(whole)
      return
    }
    var bytes = try segment.bytes(of: batch)
    bytes.moveReaderIndex(forwardBy: BatchHeader.size)
    do {
      let plain = try Compression.decompress(bytes, header.compression ?? .none, limit: BatchValidator.largestDecompressed)
      try plain.withUnsafeReadableBytes { raw throws(RecordFormatError) in
        var walk = RecordWalk(raw)
        for _ in 0..<header.recordCount {
          let fields = try walk.next()
          let offset = header.baseOffset + Int64(fields.offsetDelta)
          guard offset >= start else { continue }
          guard body(TimestampedOffset(offset: offset, timestamp: header.baseTimestamp &+ fields.timestampDelta)) else { return }
        }
      }
    } catch {
      _ = body(whole)
    }
  }
}
