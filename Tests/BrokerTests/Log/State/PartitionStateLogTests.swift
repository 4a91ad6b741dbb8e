import Dispatch
import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionStateLogTests {
  /// Batches in memory, with the offsets a log would give them.
  final class MemoryLog: CoordinatorLog {
    let partition = TopicPartition(topic: "__state", partition: 0)
    let folder = TemporaryFolder()
    var logStartOffset: Int64 = 0
    private(set) var logEndOffset: Int64 = 0
    private var batches: [(header: BatchHeader, bytes: ByteBuffer)] = []
    var refuses: ErrorCode?
    private var flushed: Int64 = 0

    func appendAsCoordinator(_ records: ByteBuffer, now: Int64) throws(AppendError) -> AppendResult {
      if let refuses { throw AppendError(code: refuses, message: "") }
      return append(records)
    }

    @discardableResult
    func append(_ batch: ByteBuffer) -> AppendResult {
      var bytes = batch
      bytes.setInteger(logEndOffset, at: bytes.readerIndex)
      guard let header = BatchHeader(bytes) else {
        return AppendResult(baseOffset: -1, lastOffset: -1, logAppendTime: -1, isDuplicate: false)
      }
      batches.append((header, bytes))
      logEndOffset = header.nextOffset
      return AppendResult(baseOffset: header.baseOffset, lastOffset: header.lastOffset, logAppendTime: -1, isDuplicate: false)
    }

    func read(at offset: Int64, maxBytes: Int, minOneBatch: Bool, isolation: Isolation) throws(ReadError) -> LogRead {
      var read = LogRead(records: ByteBuffer(), abortedTransactions: [], nextOffset: offset)
      // Two at a time, so that a replay takes several reads.
      for batch in batches.filter({ $0.header.lastOffset >= offset }).prefix(2) {
        read.records.writeImmutableBuffer(batch.bytes)
        read.nextOffset = batch.header.nextOffset
      }
      return read
    }

    func prepareFlush() throws(LogError) -> PendingFlush? {
      guard flushed < logEndOffset else { return nil }
      return PendingFlush(
        upTo: logEndOffset, descriptors: [try FileOperations().open(folder.path("f"), create: true)], folder: folder.path)
    }

    func markFlushed(upTo offset: Int64) { flushed = offset }
    func takeOffline(_ error: LogError) { refuses = .kafkaStorageError }
  }

  let log = MemoryLog()
  let loop = HandLoop()
  let scheduler = ManualScheduler(now: 5000)
  let queue = DispatchQueue(label: "test.state")

  func state(_ policy: FlushPolicy = .os) -> PartitionStateLog {
    let loop = loop
    return PartitionStateLog(
      log: log, flusher: LogFlusher(policy: policy, scheduler: scheduler, onLoop: { loop.execute($0) }, queue: queue), scheduler: scheduler)
  }

  static func record(_ key: String, _ value: String?) -> StateRecord {
    StateRecord(key: ByteBuffer(string: key), value: value.map { ByteBuffer(string: $0) })
  }

  static func entries(_ log: any StateLog) throws -> [StateEntry] {
    var entries: [StateEntry] = []
    try log.replay { entries.append($0) }
    return entries
  }

  @Test("what was appended is replayed in order, with the producers and markers of transactions")
  func replay() throws {
    let state = state()
    var answers: [ErrorCode] = []
    let producer = StateProducer(id: 7, epoch: 2)
    state.append([Self.record("a", "1"), Self.record("b", nil)], producer: nil) { answers.append($0) }
    scheduler.advance(byMilliseconds: 10)
    state.append([Self.record("a", "2")], producer: producer) { answers.append($0) }
    log.append(TransactionMarker(outcome: .commit, producerID: 7, producerEpoch: 2).batch(offset: 0, timestamp: 0))
    state.append([Self.record("", "3")], producer: producer) { answers.append($0) }
    log.append(TransactionMarker(outcome: .abort, producerID: 7, producerEpoch: 2).batch(offset: 0, timestamp: 0))
    state.append([], producer: nil) { answers.append($0) }
    #expect(answers == [.none, .none, .none, .none])
    let expected: [StateEntry] = [
      .record(Self.record("a", "1"), offset: 0, timestamp: 5000, producer: nil),
      .record(Self.record("b", nil), offset: 1, timestamp: 5000, producer: nil),
      .record(Self.record("a", "2"), offset: 2, timestamp: 5010, producer: producer), .marker(producerID: 7, epoch: 2, committed: true),
      .record(Self.record("", "3"), offset: 4, timestamp: 5010, producer: producer), .marker(producerID: 7, epoch: 2, committed: false),
    ]
    #expect(try Self.entries(state) == expected)
    log.logStartOffset = 1
    #expect(try Self.entries(state) == Array(expected.dropFirst()))
  }

  @Test("the log in memory replays the same")
  func memory() throws {
    let memory = MemoryStateLog()
    memory.now = 5000
    let state = state()
    for log in [memory, state] as [any StateLog] {
      log.append([Self.record("a", "1"), Self.record("b", nil)], producer: nil) { #expect($0 == .none) }
      log.append([Self.record("c", "1")], producer: StateProducer(id: 1, epoch: 0)) { #expect($0 == .none) }
    }
    #expect(try Self.entries(memory) == Self.entries(state))
  }

  @Test("an emptied batch and a compressed one are replayed for what they hold")
  func compacted() throws {
    let state = state()
    var builder = RecordBatchBuilder()
    builder.append(key: ByteBuffer(string: "k"), value: ByteBuffer(string: "v"), timestamp: 1)
    let plain = builder.finish()
    var header = try #require(BatchHeader(plain))
    header.attributes |= Int16(CompressionType.zstd.rawValue)
    log.append(
      header.batch(
        records: try Compression.compress(
          plain.getSlice(at: BatchHeader.size, length: plain.readableBytes - BatchHeader.size) ?? plain, .zstd)))
    header.attributes = 0x30
    header.recordCount = 0
    log.append(header.batch(records: ByteBuffer()))
    header.attributes = 0
    log.append(header.batch(records: ByteBuffer()))
    #expect(try Self.entries(state) == [.record(Self.record("k", "v"), offset: 0, timestamp: 1, producer: nil)])
  }

  @Test("answers come in the order of the appends, once they are as durable as the policy says")
  func order() {
    let state = state(.everyBatch)
    var answers: [String] = []
    queue.suspend()
    state.append([Self.record("a", "1")], producer: nil) { answers.append("first \($0)") }
    log.refuses = .kafkaStorageError
    state.append([Self.record("a", "2")], producer: nil) { answers.append("second \($0)") }
    log.refuses = nil
    #expect(answers.isEmpty)
    queue.resume()
    #expect(loop.runNext())
    #expect(answers == ["first NONE", "second KAFKA_STORAGE_ERROR"])
  }

  @Test("what a coordinator does not understand ends the replay with an error")
  func incomprehensible() {
    let state = state()
    state.append([Self.record("a", "1")], producer: nil) { _ in }
    #expect(throws: (any Error).self) {
      try state.replay { _ in throw RecordFormatError(reason: "the coordinator does not understand it") }
    }
  }
}
