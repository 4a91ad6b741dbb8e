import Foundation
import NIOCore
import Testing

@testable import Broker

@Suite struct RetentionTests {
  let fixture = PartitionFixture(segmentBytes: 300)

  @discardableResult
  func fill(_ log: PartitionLog, _ count: Int = 12) throws -> Int {
    for _ in 0..<count {
      _ = try log.append(fixture.batch(), now: fixture.now)
      fixture.now += 1000
    }
    return log.segmentCount
  }

  func code(_ log: PartitionLog, at offset: Int64) -> ErrorCode {
    do {
      _ = try log.read(at: offset, maxBytes: 100, minOneBatch: true, isolation: .readUncommitted)
      return .none
    } catch { return error.code }
  }

  @Test("segments whose records are all older than retention.ms go, the active one too")
  func byTime() throws {
    let log = try fixture.open()
    let segments = try fill(log)
    let start = fixture.now - 12_000
    fixture.configuration.retentionMillis = 5000
    log.configuration.retentionMillis = 5000
    #expect(try log.applyRetention(now: start + 5000).deletedSegments == 0)
    let second = log.segments[1]
    #expect(try log.applyRetention(now: second.maxTimestamp + 5000).deletedSegments == 1)
    #expect(try log.applyRetention(now: second.maxTimestamp + 5001).deletedSegments == 1)
    #expect(code(log, at: 0) == .offsetOutOfRange)
    #expect(code(log, at: log.logStartOffset) == .none)
    #expect(try log.applyRetention(now: .max).deletedSegments == segments - 2)
    #expect(log.logStartOffset == 12)
    #expect(log.logEndOffset == 12)
    #expect(log.segmentCount == 1)
    #expect(code(log, at: 11) == .offsetOutOfRange)
    #expect(code(log, at: 12) == .none)
    #expect(try log.applyRetention(now: .max).deletedSegments == 0)
    let again = try fixture.open()
    #expect(again.logStartOffset == 12)
    #expect(try again.append(fixture.batch(), now: fixture.now).baseOffset == 12)
  }

  @Test("the oldest segments go while retention.bytes are left without them")
  func bySize() throws {
    let log = try fixture.open()
    try fill(log)
    let sizes = log.segments.map(\.size)
    log.configuration.retentionBytes = Int64(log.sizeBytes - sizes[0] - sizes[1])
    #expect(try log.applyRetention(now: fixture.now) == RetentionResult(deletedSegments: 2, deletedBytes: Int64(sizes[0] + sizes[1])))
    log.configuration.retentionBytes += 1
    #expect(try log.applyRetention(now: fixture.now).deletedSegments == 0)
    log.configuration.cleanupDelete = false
    log.configuration.retentionBytes = 0
    #expect(try log.applyRetention(now: fixture.now).deletedSegments == 0)
  }

  @Test("deleted records stay deleted over restarts, within a segment and with the active one")
  func deleteRecords() throws {
    do {
      let log = try fixture.open()
      try fill(log)
      try log.deleteRecords(before: 4)
      #expect(log.logStartOffset == 4)
      #expect(code(log, at: 3) == .offsetOutOfRange)
      #expect(try log.batches().first?.header.baseOffset == 4)
      try log.deleteRecords(before: 2)
      #expect(log.logStartOffset == 4)
    }
    do {
      let log = try fixture.open()
      #expect(log.logStartOffset == 4)
      try log.deleteRecords(before: 12)
      #expect(log.logStartOffset == 12)
      #expect(log.sizeBytes == 0)
    }
    let log = try fixture.open()
    #expect(log.logStartOffset == 12)
    #expect(log.logEndOffset == 12)
    #expect(try log.append(fixture.batch(), now: fixture.now).baseOffset == 12)
  }

  @Test("files of deleted segments stay for file.delete.delay.ms, or until some time after a restart")
  func delay() throws {
    var log = try fixture.open()
    try fill(log)
    try log.deleteRecords(before: 6)
    let left = fixture.names(SegmentName.deleted)
    #expect(left.contains(PartitionFixture.name(0) + SegmentName.deleted))
    try log.applyRetention(now: fixture.now + 59_999)
    #expect(fixture.names(SegmentName.deleted) == left)
    try log.applyRetention(now: fixture.now + 60_000)
    try waitUntil { fixture.names(SegmentName.deleted).isEmpty }
    try log.deleteRecords(before: 10)
    #expect(!fixture.names(SegmentName.deleted).isEmpty)
    log = try fixture.open()
    #expect(log.logEndOffset == 12)
    try log.applyRetention(now: fixture.now)
    try waitUntil { fixture.names(SegmentName.deleted).isEmpty }
    log.configuration.fileDeleteDelayMillis = .max
    try log.deleteRecords(before: 12)
  }

  @Test("the last stable offset does not lie before the log's start, though a transaction began there")
  func stableOffset() throws {
    let log = try fixture.open()
    _ = try log.append(fixture.batch(producer: 1, sequence: 0, transactional: true), now: fixture.now)
    try fill(log, 5)
    #expect(log.lastStableOffset == 0)
    try log.deleteRecords(before: 3)
    #expect(log.lastStableOffset == 3)
    #expect(try log.read(at: 3, maxBytes: 100, minOneBatch: true, isolation: .readCommitted).records.readableBytes == 0)
    _ = try log.appendMarker(TransactionMarker(outcome: .commit, producerID: 1, producerEpoch: 0), now: fixture.now)
    #expect(log.lastStableOffset == log.logEndOffset)
  }

  @Test("producers that were silent for a day are forgotten, without a roll")
  func expiry() throws {
    let log = try fixture.open()
    _ = try log.append(fixture.batch(producer: 1, sequence: 0), now: fixture.now)
    _ = try log.append(fixture.batch(producer: 2, sequence: 0, transactional: true), now: fixture.now)
    fixture.now += 86_400_000
    try log.applyRetention(now: fixture.now)
    #expect(log.producers.producers.keys.sorted() == [2])
  }

  /// Files are removed on another thread.
  func waitUntil(_ condition: () -> Bool) throws {
    let end = ContinuousClock.now + .seconds(10)
    while !condition() {
      try #require(ContinuousClock.now < end)
      sched_yield()
    }
  }
}
