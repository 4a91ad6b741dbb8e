import Logging
import NIOCore
import Testing

@testable import Broker

@Suite struct PartitionLogCleaningTests {
  let folder = TemporaryFolder()
  let loop = HandLoop()
  let scheduler = ManualScheduler()

  func open(clean: Bool) throws -> PartitionLog {
    var configuration = LogConfiguration()
    configuration.cleanupCompact = true
    configuration.cleanupDelete = false
    configuration.segmentBytes = 2000
    return try PartitionLog.open(
      folder: folder.path, partition: TopicPartition(topic: "t", partition: 0), configuration: configuration, afterCleanShutdown: clean,
      now: scheduler.now, environment: LogEnvironment())
  }

  func state(_ log: PartitionLog) throws -> [String: String] {
    let replayed = PartitionStateLog(
      log: log, flusher: LogFlusher(policy: .os, scheduler: scheduler, onLoop: { _ in }), scheduler: scheduler)
    var state: [String: String] = [:]
    try replayed.replay { entry in
      guard case .record(let record, _, _, _) = entry else { return }
      state[String(buffer: record.key)] = record.value.map { String(buffer: $0) }
    }
    return state
  }

  @Test("a real log is compacted, goes on, and is the same after a kill and after a clean stop")
  func endToEnd() throws {
    var log = try open(clean: true)
    var expected: [String: String] = [:]
    for round in 0..<3 {
      for number in 0..<300 {
        let (key, value) = ("k\(number % 17)", "\(round) \(number)")
        var builder = RecordBatchBuilder()
        builder.append(key: ByteBuffer(string: key), value: ByteBuffer(string: value), timestamp: scheduler.now)
        _ = try log.appendAsCoordinator(builder.finish(), now: scheduler.now)
        expected[key] = value
      }
      let (before, end, cleaned) = (log.sizeBytes, log.logEndOffset, log.cleanedOffset)
      let current = log
      let loop = loop
      let cleaner = LogCleaner(
        scheduler: scheduler, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onLoop: { loop.execute($0) }
      ) { [current] }
      cleaner.startRound()
      while log.cleanedOffset == cleaned { try #require(loop.runNext()) }
      #expect(log.sizeBytes < before)
      var isStopped = false
      cleaner.stop { isStopped = true }
      while !isStopped { guard loop.runNext() else { break } }
      #expect(log.logEndOffset == end)
      #expect(try state(log) == expected)
      if round == 1 { try log.close() }
      // Otherwise it is left as a kill leaves it.
      log = try open(clean: round == 1)
      #expect(log.logEndOffset == end)
      #expect(try state(log) == expected)
    }
  }
}
