import NIOCore

/// A coordinator's log as one partition of an internal topic, on disk: one batch for each append.
final class PartitionStateLog: StateLog {
  /// Bytes read at a time in a replay.
  private static let chunkBytes = 1 << 20
  /// No coordinator writes more into one batch, whatever its compression makes of it.
  private static let largestPlainBatch = 64 << 20

  private final class Append {
    let completion: (ErrorCode) -> Void
    var result: ErrorCode?

    init(completion: @escaping (ErrorCode) -> Void) { self.completion = completion }
  }

  private let log: any CoordinatorLog
  private let flusher: LogFlusher
  private let scheduler: any Scheduler
  /// Appends that were not answered yet, oldest first: one that fails at once must not overtake one that waits for the disk.
  private var unanswered: [Append] = []

  init(log: any CoordinatorLog, flusher: LogFlusher, scheduler: any Scheduler) {
    self.log = log
    self.flusher = flusher
    self.scheduler = scheduler
  }

  func append(_ records: [StateRecord], producer: StateProducer?, completion: @escaping (ErrorCode) -> Void) {
    let append = Append(completion: completion)
    unanswered.append(append)
    guard !records.isEmpty else { return answer(append, .none) }
    let now = scheduler.now
    var builder = RecordBatchBuilder()
    if let producer {
      builder.producerID = producer.id
      builder.producerEpoch = producer.epoch
      builder.isTransactional = true
    }
    for record in records { builder.append(key: record.key, value: record.value, timestamp: now) }
    do throws(AppendError) {
      let result = try log.appendAsCoordinator(builder.finish(), now: now)
      flusher.whenDurable(log, upTo: result.lastOffset + 1) { [weak self] isDurable in
        self?.answer(append, isDurable ? .none : .kafkaStorageError)
      }
    } catch { answer(append, error.code) }
  }

  func replay(_ body: (StateEntry) throws -> Void) throws {
    var offset = log.logStartOffset
    while offset < log.logEndOffset {
      let read = try log.read(at: offset, maxBytes: Self.chunkBytes, minOneBatch: true, isolation: .readUncommitted)
      var rest = read.records
      while let header = BatchHeader(rest), let batch = rest.readSlice(length: header.sizeInBytes) {
        try Self.entries(of: batch, header, from: log.logStartOffset, body)
      }
      guard read.nextOffset > offset else {
        throw ReadError(code: .kafkaStorageError, message: "\(log.partition) ends at \(log.logEndOffset), nothing is read at \(offset)")
      }
      offset = read.nextOffset
    }
  }

  private func answer(_ append: Append, _ result: ErrorCode) {
    append.result = result
    while let first = unanswered.first, let result = first.result {
      unanswered.removeFirst()
      first.completion(result)
    }
  }

  private static func entries(
    of batch: ByteBuffer, _ header: BatchHeader, from start: Int64, _ body: (StateEntry) throws -> Void
  ) throws {
    if header.isControl {
      let marker = batch.withUnsafeReadableBytes { TransactionMarker(header: header, batch: $0) }
      // Nil where compaction has emptied it: nothing that it decided about is left.
      guard let marker else { return }
      return try body(.marker(producerID: marker.producerID, epoch: marker.producerEpoch, committed: marker.outcome == .commit))
    }
    guard let compression = header.compression,
      let stored = batch.getSlice(
        at: batch.readerIndex + BatchHeader.size, length: batch.readableBytes - BatchHeader.size)
    else { throw RecordFormatError(reason: "a batch of an unknown compression at offset \(header.baseOffset)") }
    guard header.recordCount > 0 else { return }
    var iterator = RecordIterator(header: header, records: try Compression.decompress(stored, compression, limit: largestPlainBatch))
    let producer = header.isTransactional ? StateProducer(id: header.producerID, epoch: header.producerEpoch) : nil
    while let record = try iterator.next() {
      guard record.offset >= start, let key = record.key else { continue }
      try body(
        .record(StateRecord(key: key, value: record.value), offset: record.offset, timestamp: record.timestamp, producer: producer))
    }
  }
}
