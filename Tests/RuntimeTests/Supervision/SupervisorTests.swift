import Foundation
import Logging
import Runtime
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct SupervisorTests {
  /// A folder of its own and processes that are shell one-liners.
  struct Bench: ~Copyable {
    let folder: URL

    init() throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("supervisor-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func process(_ name: String, _ script: String) -> ManagedProcess {
      ManagedProcess(
        name: name, executable: URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", script],
        logFile: folder.appendingPathComponent("\(name).log")
      ) { [folder] in ["FOLDER": folder.path] }
    }
  }

  final class Lines: Sendable {
    private let state = Mutex<[String]>([])
    var all: [String] { state.withLock { $0 } }
    func add(_ line: String) { state.withLock { $0.append(line) } }
  }

  @Test func startsInOrderAndStopsInTheReverseOrder() async throws {
    let bench = try Bench()
    let lines = Lines()
    let components = ["first", "second"].map { name in
      let process = bench.process(name, "exec sleep 60")
      return SupervisedComponent(process: process) { process.processID != nil }
    }
    let supervisor = Supervisor(components: components, logger: Logger(label: "test")) { lines.add($0) }
    let (ready, signal) = AsyncStream.makeStream(of: Void.self)
    let running = Task { try await supervisor.run { signal.finish() } }
    for await _ in ready {}
    running.cancel()
    try await running.value
    #expect(lines.all == ["first ready", "second ready", "second stopped (signal 15)", "first stopped (signal 15)"])
  }

  @Test func aDaemonThatEndsIsStartedAgain() async throws {
    let bench = try Bench()
    let lines = Lines()
    let process = bench.process("worker", "exec sleep 60")
    let component = SupervisedComponent(process: process) { process.processID != nil }
    let supervisor = Supervisor(
      components: [component], policy: RestartPolicy(initialDelay: .milliseconds(1)), logger: Logger(label: "test")
    ) { lines.add($0) }
    let (ready, signal) = AsyncStream.makeStream(of: Int32?.self)
    let running = Task { try await supervisor.run { signal.yield(process.processID) } }
    var readyEvents = ready.makeAsyncIterator()
    let first = try #require(await readyEvents.next() ?? nil)
    process.send(SIGKILL)
    let deadline = ContinuousClock.now + .seconds(20)
    while process.processID == nil || process.processID == first {
      try #require(ContinuousClock.now < deadline)
      await Task.yield()
    }
    running.cancel()
    try await running.value
    #expect(lines.all.contains("worker ended (signal 9); starting it again"))
  }

  @Test func aWrongConfigurationStopsTheGroupAndQuotesTheDaemon() async throws {
    let bench = try Bench()
    let good = bench.process("good", "exec sleep 60")
    let bad = bench.process("bad", "echo 'unknown key colour' >&2; exit 78")
    let supervisor = Supervisor(
      components: [
        SupervisedComponent(process: good) { good.processID != nil },
        SupervisedComponent(process: bad) { false },
      ], logger: Logger(label: "test")
    ) { _ in }
    let error = await #expect(throws: SupervisorError.self) { try await supervisor.run {} }
    #expect(error?.isConfiguration == true)
    #expect(error?.description.contains("unknown key colour") == true)
    #expect(good.exit == .signal(15))
  }

  @Test func whatDoesNotStopIsKilledAfterItsDeadline() async throws {
    let bench = try Bench()
    let process = bench.process("stubborn", "trap '' TERM; echo up > $FOLDER/up; while :; do sleep 0.1; done")
    try process.start()
    let marker = bench.folder.appendingPathComponent("up").path
    let deadline = ContinuousClock.now + .seconds(20)
    while !FileManager.default.fileExists(atPath: marker) {
      try #require(ContinuousClock.now < deadline)
      await Task.yield()
    }
    #expect(await process.stop(within: .milliseconds(200)) == .signal(9))
  }

  @Test func aChildReadsEndOfFileOnceItsSupervisorIsGone() async throws {
    let bench = try Bench()
    let sibling = bench.process("sibling", "exec sleep 60")
    var reader: ManagedProcess? = bench.process("reader", "cat > /dev/null; echo gone > $FOLDER/gone")
    try reader?.start()
    try sibling.start()
    // Dropping the parent's end is what its death does; the sibling must not have inherited it.
    reader = nil
    let marker = bench.folder.appendingPathComponent("gone").path
    let deadline = ContinuousClock.now + .seconds(20)
    while !FileManager.default.fileExists(atPath: marker) {
      try #require(ContinuousClock.now < deadline)
      await Task.yield()
    }
    await sibling.stop(within: .seconds(5))
  }
}
