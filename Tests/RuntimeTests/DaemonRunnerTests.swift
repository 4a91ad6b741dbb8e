import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Runtime

@Suite struct DaemonRunnerTests {
  private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  private struct Waiting: Service {
    let name: String
    let log: StopLog

    func run() async throws {
      try await gracefulShutdown()
      log.append(name)
    }
  }

  private struct Ending: Service {
    let body: @Sendable () async throws -> Void
    func run() async throws { try await body() }
  }

  private final class StopLog: Sendable {
    private let entries = Mutex<[String]>([])
    func append(_ name: String) { entries.withLock { $0.append(name) } }
    var names: [String] { entries.withLock { $0 } }
  }

  private func run(_ components: [DaemonRunner.Component]) async -> ExitCode {
    await DaemonRunner(components: components, shutdownDeadline: .seconds(600), logger: logger).run(handlingSignals: false)
  }

  @Test func anEndThatMayBeStopsTheOthersInReverseOrder() async {
    let log = StopLog()
    let code = await run([
      .init("database", Waiting(name: "database", log: log)), .init("syncer", Waiting(name: "syncer", log: log)),
      .init("once", Ending {}, mayFinish: true),
    ])
    #expect(code == .ok)
    #expect(log.names == ["syncer", "database"])
  }

  @Test func aFailureStopsTheOthersInOrderAndIsTold() async {
    struct Broken: Error {}
    let log = StopLog()
    let code = await run([.init("database", Waiting(name: "database", log: log)), .init("broken", Ending { throw Broken() })])
    #expect(code == .failed)
    #expect(log.names == ["database"])
  }

  @Test func aWrongConfigurationHasItsOwnCode() async {
    let code = await run([.init("broken", Ending { throw ConfigurationError(ConfigurationProblem(key: "a", reason: "b", origin: .flag)) })])
    #expect(code == .configuration)
  }

  @Test func aServiceThatMustRunAndEndsIsAFailureAndTheOthersStopInOrder() async {
    let log = StopLog()
    let code = await run([.init("a", Waiting(name: "a", log: log)), .init("b", Waiting(name: "b", log: log)), .init("daemon", Ending {})])
    #expect(code == .failed)
    #expect(log.names == ["b", "a"])
  }

  @Test func theDeadlineCountsUntilItIsMet() {
    let met = ShutdownDeadline(deadline: .seconds(600), notifier: nil, logger: logger)
    met.meet()
    #expect(met.isMetInTime())
    #expect(!ShutdownDeadline(deadline: .milliseconds(1), notifier: nil, logger: logger).isMetInTime())
  }

  @Test func aProcessThatDoesNotHearThatItIsToStopIsEnded() async {
    let (codes, ended) = AsyncStream<ExitCode>.makeStream()
    let request = TerminationRequest(endProcess: { ended.yield($0) })
    request.takeOver(limit: .milliseconds(1))
    // Nobody waits for the request: as if no task ran any more. The second one changes nothing.
    request.received()
    request.received()
    var iterator = codes.makeAsyncIterator()
    #expect(await iterator.next() == .failed)
  }

  @Test func aProcessThatHasNotBegunEndsAtOnce() {
    let codes = Mutex<[ExitCode]>([])
    TerminationRequest(endProcess: { code in codes.withLock { $0.append(code) } }).received()
    #expect(codes.withLock { $0 } == [.ok])
  }

  @Test func exitCodesAreTheDocumentedOnes() {
    #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 64, 78])
  }

  @Test func progressIsRewrittenOnATerminalAndRareElsewhere() {
    let written = Mutex<[String]>([])
    let terminal = ProgressLine(isTerminal: true) { text in written.withLock { $0.append(text) } }
    terminal.update("1 %")
    terminal.update("2 %")
    terminal.finish("done")
    #expect(written.withLock { $0 } == ["\r\u{1B}[K1 %", "\r\u{1B}[Kdone\n"])
    written.withLock { $0 = [] }
    let file = ProgressLine(isTerminal: false) { text in written.withLock { $0.append(text) } }
    file.update("1 %")
    file.update("2 %")
    file.finish("done")
    #expect(written.withLock { $0 } == ["1 %\n", "done\n"])
  }
}
