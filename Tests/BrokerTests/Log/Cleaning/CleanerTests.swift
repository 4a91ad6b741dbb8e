import NIOCore
import Testing

@testable import Broker

@Suite struct CleanerTests {
  @Test("the last value of each key is left, at its offset")
  func lastValues() throws {
    let log = try LogFixture()
    try log.append([("a", "1"), ("b", "1")])
    try log.append([("a", "2")])
    try log.roll()
    try log.append([("c", "1"), ("a", "3")])
    try log.roll()
    try log.append([("b", "2")])
    let cleaned = try log.clean()
    #expect(try log.lines() == ["b=1", "c=1", "a=3", "b=2"])
    #expect(try log.batches().flatMap(\.records).map(\.offset) == [1, 3, 4, 5])
    #expect(cleaned.map(\.replaced) == [[0, 3]])
    #expect(log.firstDirtyOffset == 5)
  }

  @Test("compressed batches are compacted and stay compressed", arguments: [CompressionType.gzip, .snappy, .lz4, .zstd])
  func compressed(codec: CompressionType) throws {
    let log = try LogFixture()
    try log.append((0..<100).map { ("k\($0)", "first") }, compression: codec)
    try log.append((0..<99).map { ("k\($0)", "second") }, compression: codec)
    try log.roll()
    try log.clean()
    #expect(try log.lines() == ["k99=first"] + (0..<99).map { "k\($0)=second" })
    #expect(try log.batches().allSatisfy { $0.header.compression == codec })
  }

  @Test("a tombstone outlives its compaction by delete.retention.ms, timestamps stay")
  func tombstones() throws {
    let log = try LogFixture()
    log.configuration.deleteRetentionMillis = 100
    try log.append([("a", "1"), ("b", "1")])
    try log.append([("a", nil), ("c", "1")])
    try log.roll()
    try log.append([("z", "1")])
    try log.roll()
    try log.clean()
    #expect(try log.lines() == ["b=1", "a=-", "c=1", "z=1"])
    let batch = try #require(try log.batches().first { $0.header.hasDeleteHorizon })
    #expect(batch.header.baseTimestamp == log.now + 100)
    #expect(batch.records.map(\.timestamp) == [log.now, log.now + 1])
    #expect(batch.header.maxTimestamp == log.now + 1)
    log.now += 99
    try log.clean()
    #expect(try log.lines() == ["b=1", "a=-", "c=1", "z=1"])
    log.now += 1
    log.firstDirtyOffset = 0
    try log.clean()
    #expect(try log.lines() == ["b=1", "c=1", "z=1"])
  }

  @Test("records of an aborted transaction go, its marker follows after delete.retention.ms")
  func aborted() throws {
    let log = try LogFixture()
    log.configuration.deleteRetentionMillis = 100
    try log.append([("a", "1")])
    try log.append([("a", "2")], producer: 5, sequence: 0, transactional: true)
    try log.append([("b", "1")])
    try log.endTransaction(producer: 5, .abort)
    try log.append([("end", "1")])
    try log.roll()
    try log.clean(lastRecords: [:])
    #expect(try log.lines() == ["a=1", "b=1", "end=1"])
    #expect(try log.batches().filter(\.header.isControl).count == 1)
    #expect(log.aborted.map(\.count).reduce(0, +) == 1)
    // The next compaction finds the marker without records and sets its horizon, one after that horizon removes it.
    try log.roll()
    log.firstDirtyOffset = 0
    try log.clean(lastRecords: [:])
    #expect(try log.batches().filter(\.header.isControl).map(\.header.hasDeleteHorizon) == [true])
    #expect(log.aborted.map(\.count).reduce(0, +) == 0)
    log.now += 100
    log.firstDirtyOffset = 0
    try log.clean(lastRecords: [:])
    #expect(try log.batches().filter(\.header.isControl).isEmpty)
    #expect(try log.lines() == ["a=1", "b=1", "end=1"])
  }

  @Test("a transaction that is aborted in a later segment does not count")
  func abortedLater() throws {
    let log = try LogFixture()
    try log.append([("a", "1")])
    try log.append([("a", "2")], producer: 5, sequence: 0, transactional: true)
    try log.roll()
    try log.endTransaction(producer: 5, .abort)
    try log.clean(lastRecords: [:])
    #expect(try log.committedState() == ["a": "1"])
    try log.append([("b", "1")])
    try log.roll()
    try log.clean(lastRecords: [:])
    #expect(try log.committedState() == ["a": "1", "b": "1"])
  }

  @Test("the marker of a committed transaction stays as long as a record of it")
  func committed() throws {
    let log = try LogFixture()
    log.configuration.deleteRetentionMillis = 0
    try log.append([("a", "1")], producer: 5, sequence: 0, transactional: true)
    try log.endTransaction(producer: 5, .commit)
    try log.append([("end", "1")])
    try log.roll()
    for _ in 0..<3 {
      log.firstDirtyOffset = 0
      try log.clean(lastRecords: [:])
    }
    #expect(try log.batches().filter(\.header.isControl).count == 1)
    try log.append([("a", "2")])
    try log.roll()
    for _ in 0..<3 {
      log.firstDirtyOffset = 0
      try log.clean(lastRecords: [:])
    }
    #expect(try log.batches().filter(\.header.isControl).isEmpty)
    #expect(try log.lines() == ["end=1", "a=2"])
  }

  @Test("the last batch of a live producer is kept without its records, for its sequence")
  func producers() throws {
    let log = try LogFixture()
    try log.append([("a", "1"), ("b", "1")], producer: 9, epoch: 3, sequence: 40)
    try log.append([("a", "2"), ("b", "2")])
    try log.roll()
    try log.clean()
    let batches = try log.batches()
    #expect(batches.map(\.header.recordCount) == [0, 2])
    #expect(batches.first?.header.lastSequence == 41)
    #expect(batches.first?.header.producerEpoch == 3)
    #expect(batches.first?.header.lastOffset == 1)
    try log.roll()
    log.firstDirtyOffset = 0
    try log.clean(lastRecords: [:])
    #expect(try log.batches().map(\.header.recordCount) == [2])
  }

  @Test("a map too small for all keys takes several rounds")
  func rounds() throws {
    let log = try LogFixture()
    for round in 0..<4 {
      for part in 0..<5 { try log.append((0..<40).map { ("k\(part * 40 + $0)", "\(round)") }) }
      try log.roll()
    }
    var rounds = 0
    while log.firstDirtyOffset < 800 {
      let before = log.firstDirtyOffset
      try log.clean(mapBytes: 64 * OffsetMap.bytesPerSlot)
      #expect(log.firstDirtyOffset > before)
      rounds += 1
    }
    #expect(rounds > 3)
    #expect(try log.committedState() == Dictionary(uniqueKeysWithValues: (0..<200).map { ("k\($0)", "3") }))
    #expect(try log.lines().count < 800)
  }

  @Test("small neighbours become one segment, up to the segment's size")
  func grouping() {
    func segment(_ base: Int64, _ bytes: Int, to next: Int64) -> CleanableSegment {
      CleanableSegment(baseOffset: base, nextOffset: next, sizeBytes: bytes, largestTimestamp: 0, firstTimestamp: 0)
    }
    let segments = [
      segment(0, 60, to: 10), segment(10, 40, to: 20), segment(20, 1, to: 30), segment(30, 99, to: 40), segment(40, 0, to: 1 << 32),
    ]
    #expect(Cleaner.group(segments, upTo: 100).map { $0.map(\.baseOffset) } == [[0, 10], [20, 30], [40]])
  }

  @Test("a damaged segment is left as it is")
  func damaged() throws {
    let log = try LogFixture()
    try log.append([("a", "1")])
    try log.append([("a", "2")])
    try log.roll()
    let path = SegmentName.path(log.folder.path, 0, SegmentName.log)
    var bytes = try #require(try log.operations.contents(path))
    bytes.setInteger((bytes.getInteger(at: 70, as: UInt8.self) ?? 0) ^ 1, at: 70)
    try log.operations.replace(path, with: bytes, durably: false, folder: log.folder.path)
    #expect(throws: LogError.self) { try log.clean() }
    #expect(try log.operations.contents(path) == bytes)
  }

  @Test("cancelled, it stops")
  func cancelled() throws {
    let log = try LogFixture()
    try log.append([("a", "1")])
    try log.roll()
    let cancellation = CleaningCancellation()
    cancellation.cancel()
    var cleaner = Cleaner(plan: log.plan(), cancellation: cancellation)
    var wasCancelled = false
    do { _ = try cleaner.next() } catch is CleaningCancelled { wasCancelled = true }
    #expect(wasCancelled)
  }

  @Test("random logs mean the same before and after, over several compactions", arguments: 0..<40)
  func model(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let log = try LogFixture()
    log.configuration.deleteRetentionMillis = 50
    log.configuration.segmentBytes = 3000
    let codecs: [CompressionType] = [.none, .none, .gzip, .snappy, .lz4, .zstd]
    /// By offset: a transaction's records count where they were written, not where they were committed.
    var written: [(offset: Int64, key: String, value: String?)] = []
    var open: [Int64: [(offset: Int64, key: String, value: String?)]] = [:]
    var sequences: [Int64: Int32] = [:]
    var original: [Int64: Record] = [:]
    for _ in 0..<4 {
      for _ in 0..<80 {
        log.now += Int64.random(in: 0..<5, using: &random)
        let records = (0..<Int.random(in: 1...6, using: &random)).map { _ in
          (
            "k\(Int.random(in: 0..<30, using: &random))",
            Bool.random(using: &random) && Bool.random(using: &random) ? nil : "v\(Int.random(in: 0..<1_000_000, using: &random))"
          )
        }
        let codec = codecs.randomElement(using: &random) ?? .none
        let producer = Int64.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4:
          let base = try log.append(records, compression: codec)
          written += records.enumerated().map { (base + Int64($0.offset), $0.element.0, $0.element.1) }
        case 4..<7:
          let base = try log.append(
            records, compression: codec, producer: producer, sequence: sequences[producer, default: 0], transactional: true)
          sequences[producer, default: 0] += Int32(records.count)
          open[producer, default: []] += records.enumerated().map { (base + Int64($0.offset), $0.element.0, $0.element.1) }
        case 7..<9:
          guard let pending = open.removeValue(forKey: producer) else { continue }
          let commits = Bool.random(using: &random)
          try log.endTransaction(producer: producer, commits ? .commit : .abort)
          if commits { written += pending }
        default:
          try log.roll()
        }
      }
      // Nothing beyond the last stable offset may be compacted, and the tail must not hold an open transaction.
      for (producer, _) in open { try log.endTransaction(producer: producer, .abort) }
      open.removeAll()
      try log.roll()
      var state: [String: String] = [:]
      for record in written.sorted(by: { $0.offset < $1.offset }) { state[record.key] = record.value }
      for (_, records) in try log.batches() {
        for record in records where original[record.offset] == nil { original[record.offset] = record }
      }
      #expect(try log.committedState() == state)
      let before = try log.batches().reduce(0) { $0 + $1.records.count }
      try log.clean()
      #expect(try log.committedState() == state)
      let after = try log.batches()
      #expect(after.reduce(0) { $0 + $1.records.count } < before)
      var last: Int64 = -1
      for (header, records) in after {
        #expect(header.baseOffset > last)
        last = header.lastOffset
        for record in records {
          let known = try #require(original[record.offset])
          #expect((record.key, record.value) == (known.key, known.value))
          #expect(record.timestamp == known.timestamp)
          #expect(record.headers == known.headers)
        }
      }
      for (producer, sequence) in sequences {
        #expect(after.last { $0.header.producerID == producer && !$0.header.isControl }?.header.lastSequence == sequence - 1)
      }
    }
  }
}
