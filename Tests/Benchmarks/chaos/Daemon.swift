import BenchmarkSupport
import Foundation
import Runtime
import Synchronization

/// A process that is killed and started again, and must not end by itself.
final class Daemon: Sendable {
  let name: String
  private let process: ManagedProcess
  private struct State {
    var isWanted = false
    var kills = 0
    var unexpectedEnds: [String] = []
  }
  private let state = Mutex(State())

  init(_ process: ManagedProcess) {
    self.process = process
    name = process.name
  }

  /// Whether it is meant to run now.
  var isWanted: Bool { state.withLock { $0.isWanted } }
  var kills: Int { state.withLock { $0.kills } }
  /// How it ended by itself, which it must not.
  var unexpectedEnds: [String] { state.withLock { $0.unexpectedEnds } }
  var managed: ManagedProcess { process }

  func start() throws {
    state.withLock { $0.isWanted = true }
    try process.start()
  }

  /// SIGKILL; returns when it is gone.
  func kill() async throws {
    mustRun()
    state.withLock { state in
      state.isWanted = false
      state.kills += 1
    }
    process.send(SIGKILL)
    guard await process.wait(atMost: .seconds(10)) != nil else { throw BenchmarkFailure("\(name) survived SIGKILL") }
  }

  /// Stops it in order.
  func stop() async {
    mustRun()
    state.withLock { $0.isWanted = false }
    let exit = await process.stop(within: .seconds(30))
    if exit != .code(0) { note("ended with \(exit.map { "\($0)" } ?? "nothing") when it was stopped") }
  }

  /// Starts it again where it ended by itself, and remembers that.
  func mustRun() {
    guard isWanted, let exit = process.exit else { return }
    note("ended by itself: \(exit)")
    try? process.start()
  }

  private func note(_ text: String) {
    Benchmark.say("\(name) \(text); its log is \(process.logFile.path)")
    state.withLock { $0.unexpectedEnds.append("\(name) \(text)") }
  }
}
