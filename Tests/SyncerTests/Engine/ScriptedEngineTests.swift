import Kafka
import Logging
import Metrics
import TestSupport
import Testing

@testable import Syncer

/// The engine without servers: what it does when things happen in an order that a real cluster would rarely show.
@Suite(.timeLimit(.minutes(1))) struct ScriptedEngineTests {
  private static let p0 = TopicPartition(topic: "t", partition: 0)
  private static let p1 = TopicPartition(topic: "t", partition: 1)
  private var p0: TopicPartition { Self.p0 }
  private var p1: TopicPartition { Self.p1 }

  private struct Odd: Error {}

  private func configuration() -> SyncerConfiguration {
    var configuration = SyncerConfiguration(group: "g", topics: ["t"])
    configuration.retry = RetryPolicy(initialDelay: .milliseconds(1), maxDelay: .milliseconds(2), maxAttempts: 3)
    configuration.isolation = configuration.retry
    configuration.sinkRetry = RetryPolicy(initialDelay: .milliseconds(1), maxDelay: .milliseconds(2), maxAttempts: nil)
    configuration.commitInterval = .milliseconds(5)
    configuration.lagInterval = .milliseconds(5)
    configuration.revokeDeadline = .seconds(10)
    configuration.stopDeadline = .seconds(10)
    return configuration
  }

  /// Runs an engine while `body` runs, then stops it.
  private func run(
    _ source: ScriptedSource, _ sink: MemorySink, _ letters: MemoryDeadLetters = MemoryDeadLetters(),
    _ configuration: SyncerConfiguration? = nil, _ body: (SyncerEngine) async throws -> Void
  ) async throws {
    let engine = try SyncerEngine(
      configuration: configuration ?? self.configuration(), source: source, sink: sink, deadLetters: letters,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metricsFactory: NOOPMetricsHandler.instance, clock: .system)
    let task = Task { try await engine.run() }
    do {
      try await body(engine)
    } catch {
      engine.stop()
      _ = try? await task.value
      throw error
    }
    engine.stop()
    try await task.value
    #expect(engine.status.phase == .stopped)
    #expect(sink.state.withLock { $0.misplanned } == 0)
  }

  @Test func itBeginsAtTheStoredOffsetAndCommitsAfterwards() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: 5])
    source.setEnd(p0, high: 8)
    source.push(.assign([p0, p1]), .records(Records.run(p0, 5..<8)))
    try await run(source, sink) { engine in
      try await eventually { sink.stored(p0) == 8 && engine.status.lagRecords == 0 }
      #expect(engine.status.assigned == [p0, p1])
      #expect(engine.status.isReady)
      #expect(engine.status.counts.recordsApplied == 3)
      #expect(engine.status.totalLatency.count == 3)
    }
    #expect(source.state.withLock { $0.starts } == [p0: 5])
    #expect(sink.appliedOffsets == [5, 6, 7])
    #expect(sink.state.withLock { $0.planned } == 1)
    let commits = source.state.withLock { $0.commits }.compactMap { $0[p0] }
    #expect(commits.last == 8)
    #expect(commits == commits.sorted())
  }

  @Test func aRevocationWaitsForTheTransactionAndCommitsNothing() async throws {
    let gate = Gate()
    let source = ScriptedSource()
    let sink = MemorySink(before: { _, attempt in if attempt == 1 { await gate.pass() } })
    var configuration = configuration()
    configuration.commitInterval = .seconds(60)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink, MemoryDeadLetters(), configuration) { engine in
      try await eventually { gate.arrivals == 1 }
      source.push(.records(Records.run(p0, 3..<6)), .revoke([p0]))
      try await eventually { source.isDrained }
      let polls = source.polls
      gate.open()
      try await eventually { source.polls > polls }
      #expect(engine.status.assigned.isEmpty)
      // What was in flight is applied, what was waiting behind it is dropped: the next owner gets it.
      #expect(sink.appliedOffsets == [0, 1, 2])
      #expect(engine.status.lag.isEmpty)
    }
    #expect(source.state.withLock { $0.commits }.isEmpty)
    #expect(sink.stored(p0) == 3)
  }

  @Test func whatAnotherOwnerHasAppliedIsNotAppliedAgain() async throws {
    let source = ScriptedSource()
    let other = Self.p0
    let sink = MemorySink(stored: [p0: 0])
    source.push(.assign([p0, p1]))
    try await run(source, sink) { _ in
      try await eventually { source.state.withLock { $0.starts[other] != nil } }
      // Another member, which believes to own the partition, has been faster.
      sink.store(other, 2)
      source.push(.records(Records.run(p0, 0..<4) + Records.run(p1, 0..<2)))
      try await eventually { sink.stored(p0) == 4 && sink.stored(p1) == 2 }
    }
    #expect(sink.state.withLock { $0.applied.filter { $0.partition == 0 }.map(\.offset) } == [2, 3])
    #expect(sink.state.withLock { $0.applied.filter { $0.partition == 1 }.map(\.offset) } == [0, 1])
  }

  @Test func anOffsetThatWasResetUnderneathIsFollowed() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: 10])
    source.setEnd(p0, high: 20)
    source.push(.assign([p0]))
    try await run(source, sink) { _ in
      try await eventually { source.state.withLock { $0.starts[Self.p0] } == 10 }
      sink.store(p0, 7)
      source.push(.records(Records.run(p0, 10..<12)))
      try await eventually { source.state.withLock { $0.seeks[Self.p0] } == 7 }
      #expect(sink.appliedOffsets.isEmpty)
      source.push(.records(Records.run(p0, 7..<12)))
      try await eventually { sink.stored(p0) == 12 }
    }
    #expect(sink.appliedOffsets == [7, 8, 9, 10, 11])
  }

  @Test func aSinkThatIsDownPausesAndKeepsPolling() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(before: { batch, attempt in
      if attempt < 1000, !batch.records.isEmpty { throw Outage.make() }
    })
    let letters = MemoryDeadLetters()
    var configuration = configuration()
    configuration.queueBytes = 20_000
    source.push(.assign([p0]))
    for batch in 0..<20 { source.push(.records(Records.run(p0, batch * 10..<batch * 10 + 10))) }
    try await run(source, sink, letters, configuration) { engine in
      try await eventually { engine.status.phase == .paused && !source.state.withLock { $0.paused.isEmpty } }
      #expect(!engine.status.isSinkUp)
      #expect(!engine.status.isReady)
      #expect(engine.status.pausedReason?.isEmpty == false)
      #expect(!source.isDrained, "memory is bounded: what is not applied is not polled")
      let polls = source.polls
      try await eventually { source.polls > polls + 10 }
      sink.state.withLock { $0.attempts = 1000 }
      try await eventually { sink.stored(p0) == 200 }
      try await eventually { engine.status.phase == .running && source.state.withLock { $0.paused.isEmpty } }
    }
    #expect(letters.letters.isEmpty)
    #expect(sink.appliedOffsets == Array(0..<200))
  }

  @Test func nothingMovesBeforeTheDeadLetterIsAcknowledged() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(before: { batch, _ in
      if let index = batch.records.firstIndex(where: { $0.offset == 1 }) {
        throw SinkFailure(handler: "h", index: index, reason: "no good", cause: Odd())
      }
    })
    let letters = MemoryDeadLetters()
    letters.refuse(true)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink, letters) { engine in
      try await eventually { letters.state.withLock { $0.refused } > 3 }
      #expect(sink.stored(p0) == 1)
      #expect(engine.status.phase == .paused)
      letters.refuse(false)
      try await eventually { sink.stored(p0) == 3 }
      #expect(engine.status.phase == .running)
      #expect(engine.status.counts.deadLetters == 1)
    }
    #expect(sink.appliedOffsets == [0, 2])
    #expect(letters.letters.map(\.record.offset) == [1])
    #expect(letters.letters.map(\.verdict.handler) == ["h"])
  }

  @Test func recordsAreSortedOutByWhatTheyAre() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(accept: { $0.envelope?.source.isTable(schema: "public", table: "items") ?? false })
    let letters = MemoryDeadLetters()
    let values: [[UInt8]?] = [
      Records.envelope(0), nil, Array("{oops".utf8), Array(#"{"hello":1}"#.utf8), Array("\"text\"".utf8), [], [0xFF, 0xFE],
      Records.envelope(7),
    ]
    source.push(.assign([p0]), .records(Records.run(p0, 0..<values.count) { values[$0] }))
    try await run(source, sink, letters) { _ in
      try await eventually { sink.stored(p0) == Int64(values.count) }
    }
    #expect(sink.appliedOffsets == [0, 7])
    #expect(letters.letters.map(\.record.offset) == [2, 3, 4, 5, 6])
    #expect(letters.letters.map(\.stage) == [.valueConverter, .transformation, .transformation, .valueConverter, .valueConverter])
  }

  @Test func unknownRecordsCanBeSkipped() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(accept: { $0.offset != 1 })
    let letters = MemoryDeadLetters()
    var configuration = configuration()
    configuration.unknownRecords = .skip
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink, letters, configuration) { engine in
      try await eventually { sink.stored(p0) == 3 }
      #expect(engine.status.counts.recordsSkipped == 1)
    }
    #expect(sink.appliedOffsets == [0, 2])
    #expect(letters.letters.isEmpty)
  }

  @Test(arguments: [(stored: Int64(50), SyncerError.Code.storedOffsetBeyondEnd), (5, .storedOffsetBelowStart)])
  func aStoredOffsetOutOfRangeStopsTheSyncer(stored: Int64, code: SyncerError.Code) async throws {
    let source = ScriptedSource()
    source.setEnd(p0, low: 10, high: 20)
    source.push(.assign([p0]))
    let error = await #expect(throws: SyncerError.self) {
      try await run(source, MemorySink(stored: [Self.p0: stored])) { engine in
        try await eventually { engine.status.phase == .stopped }
      }
    }
    #expect(error?.code == code)
  }

  @Test(arguments: [50, 5] as [Int64])
  func aStoredOffsetOutOfRangeIsMovedToTheBeginningWhereThePolicySaysSo(stored: Int64) async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: stored])
    var configuration = configuration()
    configuration.outOfRange = .earliest
    source.setEnd(p0, low: 10, high: 12)
    source.push(.assign([p0]), .records(Records.run(p0, 10..<12)))
    try await run(source, sink, MemoryDeadLetters(), configuration) { _ in
      try await eventually { sink.stored(p0) == 12 }
    }
    #expect(source.state.withLock { $0.starts } == [p0: 10])
    #expect(sink.appliedOffsets == [10, 11])
  }

  @Test func retentionThatIsFasterThanTheSyncerIsNotPassedOver() async throws {
    let source = ScriptedSource()
    source.setEnd(p0, high: 100)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    let sink = MemorySink(stored: [p0: 0])
    let error = await #expect(throws: SyncerError.self) {
      try await run(source, sink) { engine in
        try await eventually { sink.stored(Self.p0) == 3 }
        source.setEnd(p0, low: 40, high: 100)
        source.push(.records(Records.run(p0, 40..<50)))
        try await eventually { engine.status.phase == .stopped }
      }
    }
    #expect(error?.code == .storedOffsetBelowStart)
    #expect(sink.stored(p0) == 3)
  }

  @Test func aGapThatCompactionLeftIsPassedOver() async throws {
    let source = ScriptedSource()
    source.setEnd(p0, high: 100)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)), .records(Records.run(p0, 60..<62)))
    let sink = MemorySink(stored: [p0: 0])
    try await run(source, sink) { _ in
      try await eventually { sink.stored(p0) == 62 }
    }
    #expect(sink.appliedOffsets == [0, 1, 2, 60, 61])
  }

  @Test func aStopFinishesTheBatchInFlight() async throws {
    let gate = Gate()
    let source = ScriptedSource()
    let sink = MemorySink(before: { _, _ in await gate.pass() })
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink) { engine in
      try await eventually { gate.arrivals == 1 }
      engine.stop()
      #expect(engine.status.phase == .stopping)
      gate.open()
    }
    #expect(sink.stored(p0) == 3)
    #expect(source.state.withLock { $0.commits.last } == [p0: 3])
    #expect(source.state.withLock { $0.isClosed })
  }

  @Test func aStopDoesNotWaitForASinkThatIsDown() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(before: { _, _ in throw Outage.make() })
    var configuration = configuration()
    configuration.sinkRetry = RetryPolicy(initialDelay: .seconds(1000), maxDelay: .seconds(1000), maxAttempts: nil)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink, MemoryDeadLetters(), configuration) { engine in
      try await eventually { engine.status.phase == .paused }
    }
    #expect(sink.appliedOffsets.isEmpty)
  }

  @Test func aStopThatTakesTooLongIsAnError() async throws {
    let gate = Gate()
    let source = ScriptedSource()
    let sink = MemorySink(before: { _, _ in
      await gate.pass()
      try Task.checkCancellation()
    })
    var configuration = configuration()
    configuration.stopDeadline = .milliseconds(50)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    let error = await #expect(throws: SyncerError.self) {
      try await run(source, sink, MemoryDeadLetters(), configuration) { _ in
        try await eventually { gate.arrivals == 1 }
      }
    }
    #expect(error?.code == .stopDeadlineExceeded)
    #expect(sink.stored(p0) == nil)
  }

  @Test func aCancelledSyncerRollsBackAndCommitsNothing() async throws {
    let gate = Gate()
    let source = ScriptedSource()
    let sink = MemorySink(before: { _, _ in
      await gate.pass()
      try Task.checkCancellation()
    })
    var configuration = configuration()
    configuration.commitInterval = .seconds(60)
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    let engine = try SyncerEngine(
      configuration: configuration, source: source, sink: sink, deadLetters: MemoryDeadLetters(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metricsFactory: NOOPMetricsHandler.instance, clock: .system)
    let task = Task { try await engine.run() }
    try await eventually { gate.arrivals == 1 }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(sink.stored(p0) == nil)
    #expect(source.state.withLock { $0.commits.isEmpty && $0.isClosed })
    #expect(engine.status.phase == .stopped)
  }

  @Test func aSecondAssignmentBeginsWhereTheFirstEnded() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: 0])
    source.push(.assign([p0]), .records(Records.run(p0, 0..<3)))
    try await run(source, sink) { engine in
      try await eventually { sink.stored(p0) == 3 }
      source.push(.lose([p0]), .records(Records.run(p0, 3..<5)), .assign([p0]))
      try await eventually { source.isDrained && engine.status.assigned == [p0] }
      #expect(source.state.withLock { $0.starts } == [p0: 3])
      source.push(.records(Records.run(p0, 3..<6)))
      try await eventually { sink.stored(p0) == 6 }
      #expect(engine.status.counts.recordsSkipped == 2)
    }
    #expect(sink.appliedOffsets == [0, 1, 2, 3, 4, 5])
  }

  @Test func aSinkThatIsAwayDuringTheAssignmentIsAskedLater() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: 2])
    sink.state.withLock { $0.unanswered = 3 }
    source.push(.assign([p0]), .records(Records.run(p0, 0..<4)))
    try await run(source, sink) { _ in
      try await eventually { source.state.withLock { $0.seeks[Self.p0] } == 2 }
      #expect(sink.appliedOffsets.isEmpty)
      source.push(.records(Records.run(p0, 2..<4)))
      try await eventually { sink.stored(p0) == 4 }
    }
    #expect(sink.appliedOffsets == [2, 3])
  }

  /// A consumer keeps a partition paused that went away while it was paused, and hands it out paused when it comes back.
  @Test func aPartitionThatComesBackPausedIsResumed() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(
      stored: [p0: 0], before: { batch, attempt in if attempt < 1000, !batch.records.isEmpty { throw Outage.make() } })
    var configuration = configuration()
    configuration.queueBytes = 20_000
    source.push(.assign([p0]))
    for batch in 0..<5 { source.push(.records(Records.run(p0, batch * 10..<batch * 10 + 10))) }
    try await run(source, sink, MemoryDeadLetters(), configuration) { engine in
      try await eventually { source.state.withLock { $0.paused } == [Self.p0] }
      source.state.withLock { $0.events = [.lose([Self.p0])] }
      try await eventually { engine.status.assigned.isEmpty }
      sink.state.withLock { $0.attempts = 1000 }
      let polls = source.polls
      try await eventually { source.polls > polls + 10 }
      source.push(.assign([p0]), .records(Records.run(p0, 0..<10)))
      try await eventually { sink.stored(p0) == 10 }
    }
    #expect(sink.appliedOffsets == Array(0..<10))
  }
}
