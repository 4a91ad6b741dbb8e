import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct TornTailTests {
  let fixture = PartitionFixture()

  @Test("a log cut at any byte of its last batches opens, loses the torn batch alone, and knows its producers")
  func cutAnywhere() throws {
    var ends = [0]
    do {
      let log = try fixture.open()
      for sequence in 0..<6 {
        _ = try log.append(fixture.batch(2, size: 10, producer: 7, sequence: Int32(sequence) * 2), now: fixture.now)
        ends.append(log.sizeBytes)
      }
    }
    let files = try fixture.files()
    let name = PartitionFixture.name(0)
    let whole = try #require(files[name])
    for length in ends[3]...whole.count {
      try fixture.restore(files)
      try fixture.write(whole.prefix(length), to: name)
      let log = try fixture.open()
      let kept = try #require(ends.lastIndex { $0 <= length })
      #expect(log.logEndOffset == Int64(kept * 2))
      #expect(try fixture.contents(name).count == ends[kept])
      #expect(try log.batches().count == kept)
      // The last one that was kept is recognised, the first that was lost is taken, once.
      let duplicate = try log.append(fixture.batch(2, size: 10, producer: 7, sequence: Int32(kept - 1) * 2), now: fixture.now)
      #expect(
        duplicate == AppendResult(baseOffset: Int64(kept * 2 - 2), lastOffset: Int64(kept * 2 - 1), logAppendTime: -1, isDuplicate: true))
      let again = try fixture.batch(2, size: 10, producer: 7, sequence: Int32(kept) * 2)
      #expect(try log.append(again, now: fixture.now).isDuplicate == false)
      #expect(try log.append(again, now: fixture.now).isDuplicate)
      #expect(try log.batches().count == kept + 1)
    }
  }

  @Test("a changed byte in the tail ends the log before its batch", arguments: [0, 8, 16, 17, 21, 23, 57, 70])
  func flipped(byte: Int) throws {
    var ends = [0]
    do {
      let log = try fixture.open()
      for _ in 0..<4 {
        _ = try log.append(fixture.batch(size: 30), now: fixture.now)
        ends.append(log.sizeBytes)
      }
    }
    let name = PartitionFixture.name(0)
    var data = try fixture.contents(name)
    data[ends[2] + byte] ^= 0x55
    try fixture.write(data, to: name)
    let log = try fixture.open()
    #expect(log.logEndOffset == 2)
    #expect(try log.batches().count == 2)
  }

  @Test("segments behind a torn one that was not synced are removed, and the log goes on there")
  func segmentsBehind() throws {
    fixture.configuration.segmentBytes = 300
    do {
      let log = try fixture.open()
      for sequence in 0..<9 { _ = try log.append(fixture.batch(producer: 3, sequence: Int32(sequence)), now: fixture.now) }
      #expect(log.segmentCount == 3)
    }
    let names = fixture.names(SegmentName.log)
    let data = try fixture.contents(names[1])
    try fixture.write(data.dropLast(5), to: names[1])
    let log = try fixture.open()
    #expect(fixture.names(SegmentName.log).count == 2)
    let end = log.logEndOffset
    #expect(try log.batches().count == Int(end))
    #expect(try log.append(fixture.batch(producer: 3, sequence: Int32(end)), now: fixture.now).baseOffset == end)
  }

  @Test("a snapshot from behind the log's end is not believed, neither now nor when the log has grown past it")
  func staleSnapshot() throws {
    do {
      let log = try fixture.open()
      for sequence in 0..<4 { _ = try log.append(fixture.batch(producer: 5, sequence: Int32(sequence)), now: fixture.now) }
      _ = try log.append(fixture.batch(producer: 6, sequence: 0), now: fixture.now)
      try log.close()
    }
    let name = PartitionFixture.name(0)
    let data = try fixture.contents(name)
    try fixture.write(data.dropLast(3), to: name)
    do {
      let log = try fixture.open()
      #expect(log.logEndOffset == 4)
      #expect(log.producers.producers.keys.sorted() == [5])
      for _ in 0..<5 { _ = try log.append(fixture.batch(), now: fixture.now) }
    }
    let log = try fixture.open()
    #expect(log.logEndOffset == 9)
    #expect(log.producers.producers.keys.sorted() == [5])
  }

  @Test("what was synced is not cut off: a damaged older segment takes the partition offline, and its files stay as they are")
  func rotInTheMiddle() throws {
    fixture.configuration.segmentBytes = 300
    do {
      let log = try fixture.open()
      for sequence in 0..<9 { _ = try log.append(fixture.batch(producer: 3, sequence: Int32(sequence)), now: fixture.now) }
      try log.prepareFlush()?.synchronize()
      log.markFlushed(upTo: log.logEndOffset)
    }
    let names = fixture.names(SegmentName.log)
    var data = try fixture.contents(names[1])
    data[70] ^= 1
    try fixture.write(data, to: names[1])
    // Not looked at as long as nothing asks for it.
    do {
      let log = try fixture.open()
      #expect(!log.isOffline)
      #expect(log.logEndOffset == 9)
    }
    // Without its index it has to be read.
    try fixture.remove(names[1].replacingOccurrences(of: SegmentName.log, with: SegmentName.index))
    let before = try names.map { try fixture.contents($0) }
    for clean in [false, true, false] {
      let log = try fixture.open(clean: clean)
      #expect(log.isOffline)
      #expect(throws: ReadError.self) { try log.read(at: 0, maxBytes: 100, minOneBatch: true, isolation: .readUncommitted) }
      #expect(throws: AppendError.self) { try log.append(fixture.batch(), now: fixture.now) }
      #expect(throws: LogError.self) { try log.deleteRecords(before: 1) }
      #expect(try log.applyRetention(now: .max) == RetentionResult())
      try log.close()
      #expect(try names.map { try fixture.contents($0) } == before)
    }
  }

  @Test("an index that is missing, short, foreign or damaged is built anew", arguments: [0, 1, 2, 3, 4])
  func indexes(kind: Int) throws {
    fixture.configuration.segmentBytes = 3000
    do {
      let log = try fixture.open()
      for number in 0..<60 {
        _ = try log.append(fixture.batch(3, timestamps: [1, 2, 3].map { Int64(number * 10 + $0) }), now: fixture.now)
      }
      try log.close()
    }
    for name in fixture.names(SegmentName.index) {
      let data = try fixture.contents(name)
      switch kind {
      case 0: try fixture.remove(name)
      case 1: try fixture.write(data.dropLast(16), to: name)
      case 2: try fixture.write(data.dropLast(5), to: name)
      case 3: try fixture.write(Data(repeating: 0xFF, count: 160), to: name)
      default: try fixture.write(Data(), to: name)
      }
    }
    let log = try fixture.open(clean: true)
    #expect(log.logEndOffset == 180)
    for offset in Int64(0)..<180 {
      let read = try log.read(at: offset, maxBytes: 1, minOneBatch: true, isolation: .readUncommitted)
      #expect(BatchHeader(read.records)?.baseOffset == offset / 3 * 3)
    }
    for number in 0..<60 { #expect(try log.firstOffset(atOrAfterTimestamp: Int64(number * 10 + 2))?.offset == Int64(number * 3 + 1)) }
  }

  @Test("snapshots that are missing or damaged are made up for by reading the log", arguments: [0, 1, 2])
  func snapshots(kind: Int) throws {
    fixture.configuration.segmentBytes = 400
    do {
      let log = try fixture.open()
      for sequence in 0..<20 { _ = try log.append(fixture.batch(producer: 3, sequence: Int32(sequence)), now: fixture.now) }
      try log.prepareFlush()?.synchronize()
      log.markFlushed(upTo: log.logEndOffset)
      try log.close()
    }
    let names = fixture.names(SegmentName.snapshot)
    for name in kind == 2 ? names.suffix(1) : names[...] {
      if kind == 0 { try fixture.remove(name) } else { try fixture.write(Data([1, 2, 3]), to: name) }
    }
    let log = try fixture.open(clean: true)
    #expect(log.logEndOffset == 20)
    #expect(try log.append(fixture.batch(producer: 3, sequence: 19), now: fixture.now).isDuplicate)
    #expect(try log.append(fixture.batch(producer: 3, sequence: 20), now: fixture.now).baseOffset == 20)
    let error = #expect(throws: AppendError.self) { try log.append(fixture.batch(producer: 3, sequence: 22), now: fixture.now) }
    #expect(error?.code == .outOfOrderSequenceNumber)
  }

  @Test("the mark of a clean stop over a torn tail is not believed")
  func cleanButTorn() throws {
    do {
      let log = try fixture.open()
      for sequence in 0..<5 { _ = try log.append(fixture.batch(producer: 3, sequence: Int32(sequence)), now: fixture.now) }
      try log.close()
    }
    let name = PartitionFixture.name(0)
    try fixture.write(try fixture.contents(name) + Data(repeating: 7, count: 40), to: name)
    do {
      let log = try fixture.open(clean: true)
      #expect(log.logEndOffset == 5)
      #expect(try log.append(fixture.batch(producer: 3, sequence: 4), now: fixture.now).isDuplicate)
      try log.close()
    }
    try fixture.write(try fixture.contents(name).dropLast(1), to: name)
    let log = try fixture.open(clean: true)
    #expect(log.logEndOffset == 4)
    // What the recovery point said is not so any more: nothing counts as synced that is not.
    #expect(try log.append(fixture.batch(producer: 3, sequence: 4), now: fixture.now).isDuplicate == false)
    #expect(log.flushedOffset == 4)
    #expect(try log.prepareFlush() != nil)
  }

  @Test("a log that lost more than its deleted records begins anew where these ended")
  func endBeforeStart() throws {
    do {
      let log = try fixture.open()
      for _ in 0..<10 { _ = try log.append(fixture.batch(), now: fixture.now) }
      try log.deleteRecords(before: 8)
    }
    let name = PartitionFixture.name(0)
    let data = try fixture.contents(name)
    try fixture.write(data.prefix(data.count / 2), to: name)
    var log = try fixture.open()
    #expect(log.logStartOffset == 8)
    #expect(log.logEndOffset == 8)
    #expect(try log.append(fixture.batch(), now: fixture.now).baseOffset == 8)
    log = try fixture.open()
    #expect(log.logStartOffset == 8)
    #expect(log.logEndOffset == 9)
    #expect(try log.batches().map(\.header.baseOffset) == [8])
  }

  @Test("what a kill left behind under other names is removed")
  func leftovers() throws {
    do {
      let log = try fixture.open()
      for _ in 0..<3 { _ = try log.append(fixture.batch(), now: fixture.now) }
    }
    let left = [
      "00000000000000000000.log.deleted", "00000000000000000009.log.cleaned", "00000000000000000009.index.cleaned.tmp",
      "00000000000000000002.snapshot.tmp", "recovery-point-offset-checkpoint.tmp", "00000000000000000100.index",
      "00000000000000000100.txnindex",
    ]
    for name in left { try fixture.write(Data([1]), to: name) }
    let log = try fixture.open()
    #expect(log.logEndOffset == 3)
    #expect(fixture.names(".tmp").isEmpty)
    #expect(fixture.names(".cleaned").isEmpty)
    #expect(fixture.names(SegmentName.index) == [PartitionFixture.name(0, SegmentName.index)])
    #expect(fixture.names(SegmentName.transactionIndex).isEmpty)
  }
}
