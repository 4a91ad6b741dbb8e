import NIOCore
import Testing

@testable import Broker

/// Segments of a log on disk, written batch by batch, without a log over them.
final class LogFixture {
  let folder = TemporaryFolder()
  let operations = FileOperations()
  var configuration = LogConfiguration()
  var now: Int64 = 1_000_000
  var producers = ProducerStates()
  private(set) var nextOffset: Int64 = 0
  private(set) var segments: [CleanableSegment] = []
  private(set) var aborted: [AbortedTransactions] = []
  var firstDirtyOffset: Int64 = 0

  init() throws { try roll() }

  /// Begins a new segment, unless the last one is empty.
  func roll() throws {
    if let last = segments.last {
      guard last.sizeBytes > 0 else { return }
      segments[segments.count - 1].nextOffset = nextOffset
    }
    segments.append(
      CleanableSegment(baseOffset: nextOffset, nextOffset: nextOffset, sizeBytes: 0, largestTimestamp: -1, firstTimestamp: -1))
    aborted.append(try AbortedTransactions(path: SegmentName.path(folder.path, nextOffset, SegmentName.transactionIndex)))
    try write(ByteBuffer(), at: 0, to: nextOffset)
  }

  /// Appends one batch; a nil value is a tombstone. Returns its base offset.
  @discardableResult
  func append(
    _ records: [(key: String, value: String?)], compression: CompressionType = .none, producer: Int64 = -1, epoch: Int16 = 0,
    sequence: Int32 = -1, transactional: Bool = false
  ) throws -> Int64 {
    var builder = RecordBatchBuilder(baseOffset: nextOffset)
    builder.producerID = producer
    builder.producerEpoch = producer >= 0 ? epoch : -1
    builder.baseSequence = sequence
    builder.isTransactional = transactional
    for (index, record) in records.enumerated() {
      builder.append(
        key: ByteBuffer(string: record.key), value: record.value.map { ByteBuffer(string: $0) },
        headers: index.isMultiple(of: 3) ? [RecordHeader(name: ByteBuffer(string: "h"), value: nil)] : [], timestamp: now + Int64(index))
    }
    var batch = builder.finish()
    if compression != .none {
      var header = try #require(BatchHeader(batch))
      header.attributes |= Int16(compression.rawValue)
      let plain = try #require(batch.getSlice(at: BatchHeader.size, length: batch.readableBytes - BatchHeader.size))
      batch = header.batch(records: try Compression.compress(plain, compression))
    }
    return try append(batch)
  }

  @discardableResult
  func endTransaction(producer: Int64, epoch: Int16 = 0, _ outcome: TransactionMarker.Outcome) throws -> Int64 {
    let marker = TransactionMarker(outcome: outcome, producerID: producer, producerEpoch: epoch)
    let offset = try append(marker.batch(offset: nextOffset, timestamp: now))
    if let ended = try producers.endTransaction(marker, offset: offset, now: now), ended.aborted {
      try aborted[aborted.count - 1].append(
        AbortedTransaction(
          producerID: producer, firstOffset: ended.firstOffset, lastOffset: offset, lastStableOffset: ended.lastStableOffset))
    }
    return offset
  }

  private func append(_ batch: ByteBuffer) throws -> Int64 {
    let header = try #require(BatchHeader(batch))
    let last = segments.count - 1
    try write(batch, at: segments[last].sizeBytes, to: segments[last].baseOffset)
    if segments[last].sizeBytes == 0 { segments[last].firstTimestamp = header.maxTimestamp }
    segments[last].sizeBytes += batch.readableBytes
    segments[last].largestTimestamp = max(segments[last].largestTimestamp, header.maxTimestamp)
    nextOffset = header.nextOffset
    segments[last].nextOffset = nextOffset
    if !header.isControl { producers.record(header, baseOffset: header.baseOffset, now: now) }
    return header.baseOffset
  }

  private func write(_ bytes: ByteBuffer, at position: Int, to offset: Int64) throws {
    let path = SegmentName.path(folder.path, offset, SegmentName.log)
    let descriptor = try operations.open(path, create: true)
    defer { operations.close(descriptor) }
    try bytes.withUnsafeReadableBytes {
      try operations.write(descriptor, at: position, $0, UnsafeRawBufferPointer(start: nil, count: 0), path: path)
    }
  }

  /// The plan for everything but the last segment.
  func plan(lastRecords: [Int64: LastRecord]? = nil) -> CleaningPlan {
    CleaningPlan(
      partition: TopicPartition(topic: "t", partition: 0), folder: folder.path, configuration: configuration,
      segments: Array(segments.dropLast()), abortedTransactions: aborted, firstDirtyOffset: firstDirtyOffset,
      firstUncleanableOffset: segments.last?.baseOffset ?? 0, lastRecords: lastRecords ?? producers.lastRecords, now: now, dirtyRatio: 1)
  }

  /// Compacts everything but the last segment; returns what was replaced.
  @discardableResult
  func clean(mapBytes: Int = Cleaner.mapBytes, lastRecords: [Int64: LastRecord]? = nil) throws -> [CleanedSegment] {
    var cleaner = Cleaner(plan: plan(lastRecords: lastRecords), mapBytes: mapBytes)
    var all: [CleanedSegment] = []
    while let segment = try cleaner.next() {
      try CleanedSegments.swap(segment, in: folder.path, operations: operations)
      try cleaner.conclude(segment)
      try adopt(segment)
      all.append(segment)
    }
    firstDirtyOffset = cleaner.cleanedUpTo
    return all
  }

  /// What a log does once the files are swapped.
  func adopt(_ segment: CleanedSegment) throws {
    let firstIndex = try #require(segments.firstIndex { $0.baseOffset == segment.baseOffset })
    let range = firstIndex..<(firstIndex + segment.replaced.count)
    #expect(segments[range].map(\.baseOffset) == segment.replaced)
    segments.replaceSubrange(
      range,
      with: [
        CleanableSegment(
          baseOffset: segment.baseOffset, nextOffset: segment.nextOffset, sizeBytes: segment.sizeBytes,
          largestTimestamp: segment.largestTimestamp, firstTimestamp: -1)
      ])
    let index = try AbortedTransactions(path: SegmentName.path(folder.path, segment.baseOffset, SegmentName.transactionIndex))
    #expect((index.count > 0) == segment.hasAbortedTransactions)
    aborted.replaceSubrange(range, with: [index])
  }

  /// Every batch in the files.
  func batches() throws -> [(header: BatchHeader, records: [Record])] {
    var all: [(BatchHeader, [Record])] = []
    for segment in segments {
      let path = SegmentName.path(folder.path, segment.baseOffset, SegmentName.log)
      let size = try #require(try operations.status(path)?.size)
      #expect(size == segment.sizeBytes)
      let descriptor = try operations.open(path)
      defer { operations.close(descriptor) }
      let scanner = BatchScanner(descriptor: descriptor, path: path, from: 0, to: size, operations: operations)
      while let batch = try scanner.next(verifying: true) {
        let compression = try #require(batch.header.compression)
        let stored = ByteBuffer(bytes: scanner.batch.dropFirst(BatchHeader.size))
        var iterator = RecordIterator(
          header: batch.header, records: try Compression.decompress(stored, compression, limit: 1 << 30))
        var records: [Record] = []
        while let record = try iterator.next() { records.append(record) }
        all.append((batch.header, records))
      }
      #expect(scanner.damage == nil)
    }
    return all
  }

  /// Keys and values as `key=value`, without control batches.
  func lines() throws -> [String] {
    try batches().filter { !$0.header.isControl }.flatMap(\.records).map {
      "\(String(buffer: $0.key ?? ByteBuffer()))=\($0.value.map { String(buffer: $0) } ?? "-")"
    }
  }

  /// What a reader of committed data ends up with, who skips what the indexes of aborted transactions tell, as Kafka's consumer does.
  func committedState() throws -> [String: String] {
    var ahead = try AbortedTransactions.overlapping(from: 0, upTo: nextOffset, in: aborted).sorted { $0.firstOffset < $1.firstOffset }
    var skipped: Set<Int64> = []
    var state: [String: String] = [:]
    for (header, records) in try batches() {
      while let next = ahead.first, next.firstOffset <= header.lastOffset {
        skipped.insert(next.producerID)
        ahead.removeFirst()
      }
      if header.isControl {
        if let key = records.first?.key, key.getInteger(at: key.readerIndex + 2, as: Int16.self) == 0 { skipped.remove(header.producerID) }
        continue
      }
      if header.isTransactional, skipped.contains(header.producerID) { continue }
      for record in records {
        state[String(buffer: record.key ?? ByteBuffer())] = record.value.map { String(buffer: $0) }
      }
    }
    return state
  }
}
