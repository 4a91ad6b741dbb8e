import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogModelTests {
  /// A batch as the model remembers it.
  struct Entry {
    var baseOffset: Int64
    var values: [String]
    var timestamps: [Int64]
    var isMarker = false
  }

  @Test("random appends, rolls, stops, kills, torn tails, full disks and deletions agree with a list", arguments: 0..<24)
  func agreesWithModel(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let bench = LogWorkbench()
    bench.configuration.segmentBytes = Int.random(in: 600...3000, using: &random)
    bench.configuration.indexIntervalBytes = Int.random(in: 1...600, using: &random)
    bench.openFiles = Int.random(in: 2...20, using: &random)
    var log = try bench.open()
    var entries: [Entry] = []
    var start: Int64 = 0
    var end: Int64 = 0
    var sequence: Int32 = 0
    var number = 0

    func check() throws {
      #expect((log.logStartOffset, log.logEndOffset) == (start, end))
      var offset = start
      var found: [Entry] = []
      while true {
        let read = try log.read(
          at: offset, maxBytes: Int.random(in: 0...2000, using: &random), minOneBatch: true, isolation: .readUncommitted)
        guard read.records.readableBytes > 0 else { break }
        for (header, records) in try TestBatch.batches(read.records) {
          found.append(
            Entry(
              baseOffset: header.baseOffset, values: header.isControl ? [] : records.map { String(buffer: $0.value ?? ByteBuffer()) },
              timestamps: records.map(\.timestamp), isMarker: header.isControl))
        }
        offset = read.nextOffset
      }
      let expected = entries.filter { $0.baseOffset + Int64($0.timestamps.count) > start }
      #expect(found.map(\.baseOffset) == expected.map(\.baseOffset))
      #expect(found.map(\.values) == expected.map(\.values))
      let time = Int64.random(in: 0...1100, using: &random)
      let inOrder = expected.flatMap { entry in entry.timestamps.enumerated().map { (entry.baseOffset + Int64($0.offset), $0.element) } }
      let first = inOrder.first { $0.0 >= start && $0.1 >= time }
      #expect(try log.firstOffset(atOrAfterTimestamp: time) == first.map { TimestampedOffset(offset: $0.0, timestamp: $0.1) })
    }

    for _ in 0..<300 {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<70:
        let count = Int.random(in: 1...5, using: &random)
        let values = (0..<count).map { "\(number + $0) " + String(repeating: "v", count: Int.random(in: 0...80, using: &random)) }
        let timestamps = (0..<count).map { _ in Int64.random(in: 0...1000, using: &random) }
        number += count
        let compression: CompressionType = Bool.random(using: &random) ? .none : .lz4
        let batch = try TestBatch.of(
          values, timestamps: timestamps, producer: 1, sequence: sequence, transactional: true, compression: compression)
        if Int.random(in: 0..<8, using: &random) == 0 {
          let room = Int.random(in: 0..<batch.readableBytes, using: &random)
          bench.operations.space = { path, count in path.hasSuffix(SegmentName.log) ? min(count, room) : 0 }
          #expect(throws: AppendError.self) { try log.append(batch, now: 500) }
          bench.operations.space = nil
        }
        #expect(try log.append(batch, now: 500).baseOffset == end)
        #expect(try log.append(batch, now: 500).isDuplicate)
        entries.append(Entry(baseOffset: end, values: values, timestamps: timestamps))
        end += Int64(count)
        sequence += Int32(count)
      case 70..<78:
        let outcome: TransactionMarker.Outcome = Bool.random(using: &random) ? .commit : .abort
        let marker = TransactionMarker(outcome: outcome, producerID: 1, producerEpoch: 0)
        #expect(try log.appendMarker(marker, now: 600) == end)
        entries.append(Entry(baseOffset: end, values: [], timestamps: [600], isMarker: true))
        end += 1
      case 78..<82:
        try log.flush()
      case 82..<88:
        try log.flush()
        try log.close()
        log = try bench.open(clean: true)
      case 88..<93:
        log = try bench.open()
      case 93..<97:
        // A kill amid the last write. What is synced cannot be torn.
        guard let last = entries.last, last.baseOffset >= max(log.flushedOffset, start), last.baseOffset >= log.active.baseOffset else {
          continue
        }
        let path = SegmentName.path(bench.folder.path, log.active.baseOffset, SegmentName.log)
        let size = try bench.size(path)
        let batch = try log.read(at: last.baseOffset, maxBytes: 1, minOneBatch: true, isolation: .readUncommitted).records.readableBytes
        try bench.truncate(path, to: size - Int.random(in: 1...batch, using: &random))
        log = try bench.open()
        entries.removeLast()
        end = last.baseOffset
        if !last.isMarker { sequence -= Int32(last.values.count) }
      default:
        guard end > start else { continue }
        start = Int64.random(in: start...end, using: &random)
        try log.deleteRecords(before: start)
      }
      try check()
    }
  }
}
