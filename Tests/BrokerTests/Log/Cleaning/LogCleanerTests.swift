import Dispatch
import Logging
import Testing

@testable import Broker

@Suite struct LogCleanerTests {
  /// A fixture as the cleaner sees a log.
  final class FixtureLog: CleanableLog {
    let partition: TopicPartition
    let fixture: LogFixture
    var configuration: LogConfiguration {
      get { fixture.configuration }
      set { fixture.configuration = newValue }
    }
    var checkpoint: Int64?
    var refuses = false
    var breaks = false
    var offline: LogError?

    init(_ number: Int32, segments: Int) throws {
      partition = TopicPartition(topic: "t", partition: number)
      fixture = try LogFixture()
      fixture.configuration.cleanupCompact = true
      for segment in 0..<segments {
        try fixture.append([("a", "\(segment)"), ("b\(segment)", "1")])
        try fixture.roll()
      }
    }

    func cleaningPlan(now: Int64) throws(LogError) -> CleaningPlan? {
      guard
        let range = CleaningRange(
          sealed: fixture.segments.dropLast(), activeOffset: fixture.nextOffset, logStartOffset: 0, lastStableOffset: fixture.nextOffset,
          checkpoint: checkpoint, configuration: configuration, now: now)
      else { return nil }
      var plan = fixture.plan()
      plan.partition = partition
      plan.segments = range.segments
      plan.firstDirtyOffset = range.firstDirtyOffset
      plan.dirtyRatio = range.dirtyRatio
      return plan
    }

    func adopt(_ segment: CleanedSegment) throws(LogError) -> Bool {
      if refuses { return false }
      if breaks { throw LogError(path: "", reason: "broken") }
      try CleanedSegments.swap(segment, in: fixture.folder.path, operations: fixture.operations)
      do { try fixture.adopt(segment) } catch { throw LogError(path: "", reason: "\(error)") }
      return true
    }

    func markCleaned(upTo offset: Int64) { checkpoint = offset }
    func takeOffline(_ error: LogError) { offline = error }
  }

  let loop = HandLoop()
  let scheduler = ManualScheduler()

  func cleaner(_ logs: [FixtureLog]) -> LogCleaner {
    let loop = loop
    return LogCleaner(scheduler: scheduler, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onLoop: { loop.execute($0) }) {
      logs
    }
  }

  func leftovers(_ log: FixtureLog) throws -> [String] {
    (try log.fixture.operations.list(log.fixture.folder.path) ?? []).filter {
      $0.hasSuffix(".cleaned") || $0.hasSuffix(".deleted") || $0.hasSuffix(".swap")
    }
  }

  @Test("it compacts the dirtiest log first, then the others, then rests")
  func order() throws {
    let logs = [try FixtureLog(0, segments: 4), try FixtureLog(1, segments: 4)]
    logs[0].checkpoint = 2
    let cleaner = cleaner(logs)
    cleaner.start()
    scheduler.advance(byMilliseconds: LogCleaner.backoffMillis)
    #expect(loop.runNext())
    #expect(loop.runNext())
    #expect(logs.map(\.checkpoint) == [2, 8])
    #expect(loop.runNext())
    #expect(loop.runNext())
    #expect(logs.map(\.checkpoint) == [8, 8])
    #expect(loop.isEmpty)
    for log in logs {
      #expect(try log.fixture.lines() == ["b0=1", "b1=1", "b2=1", "a=3", "b3=1"])
      #expect(try leftovers(log).isEmpty)
    }
    scheduler.advance(byMilliseconds: LogCleaner.backoffMillis)
    #expect(loop.isEmpty)
  }

  @Test("a log without compaction is left alone")
  func notCompacted() throws {
    let log = try FixtureLog(0, segments: 2)
    log.configuration.cleanupCompact = false
    let cleaner = cleaner([log])
    cleaner.startRound()
    #expect(loop.isEmpty)
    #expect(log.checkpoint == nil)
  }

  @Test("what a log refuses is thrown away")
  func refused() throws {
    let log = try FixtureLog(0, segments: 2)
    log.refuses = true
    let before = try log.fixture.lines()
    let cleaner = cleaner([log])
    cleaner.startRound()
    #expect(loop.runNext())
    #expect(loop.runNext())
    #expect(try leftovers(log).isEmpty)
    #expect(try log.fixture.lines() == before)
    #expect(log.checkpoint == nil)
  }

  @Test("a log whose files could not be swapped goes offline, and a recovery ends the swap")
  func broken() throws {
    let log = try FixtureLog(0, segments: 2)
    log.breaks = true
    let cleaner = cleaner([log])
    cleaner.startRound()
    #expect(loop.runNext())
    #expect(log.offline != nil)
    #expect(loop.isEmpty)
    try CleanedSegments.recover(log.fixture.folder.path)
    #expect(try leftovers(log).isEmpty)
  }

  @Test("a damaged log is set aside, others go on")
  func damaged() throws {
    let logs = [try FixtureLog(0, segments: 2), try FixtureLog(1, segments: 2)]
    let path = SegmentName.path(logs[0].fixture.folder.path, 0, SegmentName.log)
    var bytes = try #require(try logs[0].fixture.operations.contents(path))
    bytes.setInteger(0xFF as UInt8, at: 65)
    try logs[0].fixture.operations.replace(path, with: bytes, durably: false, folder: logs[0].fixture.folder.path)
    let cleaner = cleaner(logs)
    cleaner.startRound()
    #expect(loop.runNext())
    scheduler.advance(byMilliseconds: LogCleaner.backoffMillis)
    #expect(loop.runNext())
    #expect(loop.runNext())
    #expect(logs.map(\.checkpoint) == [nil, 4])
    #expect(loop.isEmpty)
    #expect(try leftovers(logs[0]).isEmpty)
  }

  @Test("stopping waits for the compaction under way, which ends soon and leaves the old data")
  func stop() throws {
    let log = try FixtureLog(0, segments: 2)
    let before = try log.fixture.lines()
    let cleaner = cleaner([log])
    cleaner.startRound()
    var isStopped = false
    cleaner.stop { isStopped = true }
    #expect(!isStopped)
    while !isStopped { guard loop.runNext() else { break } }
    #expect(isStopped)
    #expect(try leftovers(log).isEmpty)
    #expect(try log.fixture.lines() == before)
    cleaner.startRound()
    #expect(loop.isEmpty)
  }
}
