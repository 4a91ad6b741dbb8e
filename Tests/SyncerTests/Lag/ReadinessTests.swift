import Kafka
import Logging
import Metrics
import TestSupport
import Testing

@testable import Syncer

/// Whether a syncer is ready says the truth of each partition.
@Suite(.timeLimit(.minutes(1))) struct ReadinessTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)
  private let p1 = TopicPartition(topic: "t", partition: 1)

  private func run(
    _ source: ScriptedSource, _ sink: MemorySink, failures: FailureMode = .park, _ body: (SyncerEngine) async throws -> Void
  ) async throws {
    var configuration = SyncerConfiguration(group: "g", topics: ["t"])
    configuration.failures = failures
    configuration.retryTopics = RetryTopics(count: 1, delays: RetryPolicy(initialDelay: .seconds(60), maxDelay: .seconds(60)))
    configuration.stallAfter = .milliseconds(300)
    configuration.sinkRetry = RetryPolicy(initialDelay: .milliseconds(1), maxDelay: .milliseconds(2), maxAttempts: nil)
    configuration.lagInterval = .milliseconds(5)
    configuration.lagWindow = .milliseconds(200)
    configuration.parallelism = 2
    let engine = try SyncerEngine(
      configuration: configuration, source: source, sink: sink, deadLetters: MemoryDeadLetters(),
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
  }

  @Test func aPartitionThatWaitsToBePositionedIsNotReady() async throws {
    let source = ScriptedSource()
    let sink = MemorySink()
    sink.state.withLock { $0.unanswered = 1_000_000 }
    source.setEnd(p0, high: 5)
    source.push(.assign([p0]))
    try await run(source, sink) { engine in
      try await eventually("the partition waits") { engine.status.positioning == [p0] && engine.status.phase == .running }
      #expect(engine.status.problem == "1 of 1 partitions wait to be told where to go on, t[0] among them")
      sink.state.withLock { $0.unanswered = 0 }
      try await eventually("it is told") { engine.status.positioning.isEmpty }
      source.push(.records(Records.run(p0, 0..<5)))
      try await eventually("all is well") { engine.status.isReady && sink.stored(p0) == 5 }
    }
  }

  @Test func onePartitionThatStandsStillIsNotReadyThoughOthersGetOn() async throws {
    let source = ScriptedSource()
    let gate = Gate()
    let p0 = p0
    let sink = MemorySink(before: { batch, _ in
      if batch.advances.contains(where: { $0.partition == p0 }) { await gate.pass() }
    })
    source.setEnd(p0, high: 5)
    source.setEnd(p1, high: 5)
    source.push(.assign([p0, p1]), .records(Records.run(p0, 0..<5)))
    try await run(source, sink) { engine in
      // What waits together is applied together; so one after the other.
      try await eventually("the first is stuck") { gate.arrivals == 1 }
      source.push(.records(Records.run(p1, 0..<5)))
      try await eventually("a stall of one") {
        engine.status.problem == "t[0] is 5 records behind, and no progress (STALL)" && sink.stored(p1) == 5
      }
      #expect(engine.status.groupLag().status == .error)
      #expect(engine.status.lag.last?.status == .ok)
      gate.open()
      try await eventually("all is well") { engine.status.isReady && sink.stored(p0) == 5 }
    }
  }

  @Test func recordsOfARetryTopicThatAreNotDueYetAreNoStandstill() async throws {
    let source = ScriptedSource()
    let sink = MemorySink()
    let retry = TopicPartition(topic: "t.retry-1", partition: 0)
    // A topic's delay is the longest: due in a minute.
    let records = Records.run(retry, 0..<3).map { record in
      var record = record
      record.timestamp = .max
      return record
    }
    source.setEnd(retry, high: 3)
    source.push(.assign([retry]), .records(records))
    try await run(source, sink, failures: .retryTopics) { engine in
      try await eventually("the window is full") {
        engine.status.lag.first.map { $0.complete == 1 && $0.records == 3 } ?? false
      }
      try await eventually("it has waited longer than a stall takes") {
        engine.status.isReady && engine.status.lag.first?.state == .delayed
      }
      for _ in 0..<100 {
        let polls = source.polls
        try await eventually { source.polls > polls }
        let status = engine.status
        #expect(status.problem == nil)
        #expect(status.lag.map(\.status) == [.ok])
        #expect(status.lagSeconds == 0)
      }
      #expect(engine.status.lagRecords == 3)
      #expect(sink.appliedOffsets.isEmpty)
    }
  }
}
