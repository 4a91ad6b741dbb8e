import NIOCore
import Testing

@testable import Broker

@Suite struct TimeLookupTests {
  let fixture = PartitionFixture(segmentBytes: 700)

  @Test("the first record at or after a time is found, however times are ordered and batches compressed", arguments: 0..<6)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var log = try fixture.open()
    var times: [Int64] = []
    for _ in 0..<60 {
      let some = (0..<Int.random(in: 1...4, using: &random)).map { _ in Int64.random(in: 0...500, using: &random) + Int64(times.count) * 3 }
      let compression: CompressionType = [.none, .gzip, .snappy, .lz4, .zstd].randomElement(using: &random) ?? .none
      _ = try log.append(fixture.batch(some.count, timestamps: some, compression: compression), now: fixture.now)
      times += some
    }
    if seed.isMultiple(of: 2) { try log.close() }
    log = try fixture.open(clean: seed.isMultiple(of: 2))
    #expect(log.segmentCount > 3)
    for start in [Int64(0), 17, 40] {
      try log.deleteRecords(before: start)
      for time in stride(from: Int64(0), through: 1300, by: 7) {
        let expected = times.indices.first { Int64($0) >= start && times[$0] >= time }
        let found = try log.firstOffset(atOrAfterTimestamp: time)
        #expect(found == expected.map { TimestampedOffset(offset: Int64($0), timestamp: times[$0]) })
      }
      let largest = try #require(times[Int(start)...].max())
      let first = try #require(times.indices.first { Int64($0) >= start && times[$0] == largest })
      #expect(try log.maxTimestamp() == TimestampedOffset(offset: Int64(first), timestamp: largest))
    }
    try log.deleteRecords(before: log.logEndOffset)
    #expect(try log.firstOffset(atOrAfterTimestamp: 0) == nil)
    #expect(try log.maxTimestamp() == nil)
  }

  @Test("the largest timestamp is one of a record that is there", arguments: [CompressionType.none, .lz4])
  func deletedMaximum(compression: CompressionType) throws {
    let log = try fixture.open()
    for times in [[1, 90], [50, 3, 9], [7, 8], [9, 4]] as [[Int64]] {
      _ = try log.append(fixture.batch(times.count, timestamps: times, compression: compression), now: fixture.now)
    }
    let times: [Int64] = [1, 90, 50, 3, 9, 7, 8, 9, 4]
    for start in times.indices {
      try log.deleteRecords(before: Int64(start))
      let largest = try #require(times[start...].max())
      let first = try #require(times[start...].firstIndex(of: largest))
      #expect(try log.maxTimestamp() == TimestampedOffset(offset: Int64(first), timestamp: largest))
    }
  }

  @Test("records that bear the time of their append are found by it", arguments: [CompressionType.none, .lz4])
  func logAppendTime(compression: CompressionType) throws {
    fixture.configuration.timestampType = .logAppendTime
    let log = try fixture.open()
    for index in 0..<30 {
      let result = try log.append(fixture.batch(2, timestamps: [5, 9], compression: compression), now: Int64(1000 + index * 10))
      #expect(result.logAppendTime == Int64(1000 + index * 10))
    }
    for index in 0..<30 {
      #expect(
        try log.firstOffset(atOrAfterTimestamp: Int64(995 + index * 10))
          == TimestampedOffset(offset: Int64(index * 2), timestamp: Int64(1000 + index * 10)))
    }
    #expect(try log.firstOffset(atOrAfterTimestamp: 1291) == nil)
    #expect(try log.maxTimestamp() == TimestampedOffset(offset: 58, timestamp: 1290))
    #expect(try log.batches().allSatisfy { $0.header.timestampType == .logAppendTime })
    let retried = try log.append(fixture.batch(producer: 4, sequence: 0), now: 5000)
    let duplicate = try log.append(fixture.batch(producer: 4, sequence: 0), now: 6000)
    #expect(duplicate == AppendResult(baseOffset: retried.baseOffset, lastOffset: 60, logAppendTime: 5000, isDuplicate: true))
  }
}
