import Kafka
import Logging
import Metrics
import Synchronization
import TestSupport
import Testing

@testable import Syncer

/// What the engine does about failures, without servers.
@Suite(.timeLimit(.minutes(1))) struct FailureEngineTests {
  private let p0 = TopicPartition(topic: "t", partition: 0)

  private func engine(
    _ source: ScriptedSource, _ sink: MemorySink, _ letters: MemoryDeadLetters, _ change: (inout SyncerConfiguration) -> Void = { _ in }
  ) throws -> SyncerEngine {
    var configuration = SyncerConfiguration(group: "g", topics: ["t"])
    configuration.retry = RetryPolicy(initialDelay: .milliseconds(1), maxDelay: .milliseconds(2), maxAttempts: 3)
    configuration.isolation = configuration.retry
    configuration.sinkRetry = RetryPolicy(initialDelay: .milliseconds(1), maxDelay: .milliseconds(20), maxAttempts: nil)
    configuration.stopDeadline = .seconds(10)
    change(&configuration)
    return try SyncerEngine(
      configuration: configuration, source: source, sink: sink, deadLetters: letters,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metricsFactory: NOOPMetricsHandler.instance, clock: .system)
  }

  @Test func anEventThatMustBeKnownEndsTheEngineAndIsNotDeadLettered() async throws {
    let source = ScriptedSource()
    let letters = MemoryDeadLetters()
    let stop = UnknownEvent(handler: "orders", kind: EventKind("OrderLost"), place: "t[0]@2")
    let sink = MemorySink(stored: [p0: 0], before: { _, _ in throw SinkFailure(handler: "orders", index: nil, cause: stop) })
    source.push(.assign([p0]), .records(Records.run(p0, 0..<1)))
    let engine = try engine(source, sink, letters)
    let error = await #expect(throws: UnknownEvent.self) { try await within(.seconds(20)) { try await engine.run() } }
    #expect(error == stop)
    #expect(letters.letters.isEmpty)
    #expect(sink.stored(p0) == 0)
  }

  @Test func whileTheSinkIsDownNobodyWorksAndOneTriesWhenItAnswers() async throws {
    let source = ScriptedSource()
    let letters = MemoryDeadLetters()
    let isDown = Mutex(true)
    let sink = MemorySink(stored: [p0: 0], before: { _, _ in if isDown.withLock({ $0 }) { throw Outage.make() } })
    source.push(.assign([p0]), .records(Records.run(p0, 0..<10)))
    let engine = try engine(source, sink, letters)
    let task = Task { try await engine.run() }
    // The sink answers each time, and takes nothing: it is tried once for each question.
    try await eventually { sink.state.withLock { $0.attempts } > 6 }
    try await eventually("a pause") { source.state.withLock { $0.paused } == [p0] }
    isDown.withLock { $0 = false }
    try await eventually { sink.stored(p0) == 10 }
    try await eventually("everything goes on") { engine.status.phase == .running && source.state.withLock { $0.paused.isEmpty } }
    engine.stop()
    try await task.value
    #expect(letters.letters.isEmpty)
  }

  @Test func aStopIsNoticedWhileKafkaDoesNotAnswer() async throws {
    let source = ScriptedSource()
    source.state.withLock { $0.isUnreachable = true }
    let engine = try engine(source, MemorySink(), MemoryDeadLetters()) { $0.startDeadline = .seconds(60) }
    let task = Task { try await engine.run() }
    try await eventually { source.state.withLock { $0.questions } > 0 }
    engine.stop()
    try await within(.seconds(5), "its end") { try await task.value }
    #expect(engine.status.phase == .stopped)
  }

  @Test func aCommitToKafkaThatFailsIsTriedAgainByItself() async throws {
    let source = ScriptedSource()
    let sink = MemorySink(stored: [p0: 0])
    source.state.withLock { $0.commitFailures = 3 }
    source.push(.assign([p0]), .records(Records.run(p0, 0..<10)))
    let engine = try engine(source, sink, MemoryDeadLetters()) { $0.commitInterval = .milliseconds(5) }
    let task = Task { try await engine.run() }
    // No further record comes, and nobody stops: it is the commit that is repeated.
    try await eventually("the offsets are committed") { source.state.withLock { $0.commits } == [[p0: 10]] }
    #expect(source.state.withLock { $0.failedCommits } == 3)
    #expect(engine.status.isReady, "the sink's offsets are those that count")
    // What is committed is not committed again.
    let polls = source.polls
    try await eventually { source.polls > polls + 50 }
    #expect(source.state.withLock { $0.commits }.count == 1)
    engine.stop()
    try await task.value
  }
}
