import BenchmarkSupport
import Foundation
import Runtime
import Synchronization

/// A daemon that is killed and started again.
final class Victim: Sendable {
  private struct State {
    var numbers: SeededNumbers
    var kills = 0
    /// Lives in which something was done.
    var busyLives = 0
    var unexpectedEnds: [String] = []
  }

  private let process: ManagedProcess
  private let firstLives: [Double]
  private let shortLife: ClosedRange<Double>
  private let longLife: ClosedRange<Double>
  private let state: Mutex<State>

  /// - Parameters:
  ///   - firstLives: seconds that the first lives take, one each.
  ///   - shortLife: seconds of every third life or so, which is to be hit while it starts.
  ///   - longLife: seconds of the others.
  init(
    _ process: ManagedProcess, numbers: SeededNumbers, firstLives: [Double], shortLife: ClosedRange<Double>, longLife: ClosedRange<Double>
  ) {
    self.process = process
    self.firstLives = firstLives
    self.shortLife = shortLife
    self.longLife = longLife
    state = Mutex(State(numbers: numbers))
  }

  /// How often it ended by itself, which it must not.
  var unexpectedEnds: [String] { state.withLock { $0.unexpectedEnds } }

  /// One line.
  var summary: String { state.withLock { "\(process.name): \($0.kills) kills, \($0.busyLives) of them ended a life that had done work" } }

  /// Starts it and kills it so many times. It runs when this returns.
  ///
  /// - Parameter progress: a number that grows while it works.
  func suffer(_ kills: Int, progress: @Sendable () async throws -> Int) async throws {
    try process.start()
    for kill in 0..<kills {
      let before = try await progress()
      let (life, rest) = state.withLock { state in
        let isShort = Int.random(in: 0..<10, using: &state.numbers) < 3
        let drawn = Double.random(in: isShort ? shortLife : longLife, using: &state.numbers)
        return (kill < firstLives.count ? firstLives[kill] : drawn, Double.random(in: 0...0.5, using: &state.numbers))
      }
      if let exit = await process.wait(atMost: .seconds(life)) {
        note(exit)
      } else {
        process.send(SIGKILL)
        guard await process.wait(atMost: .seconds(10)) != nil else { throw BenchmarkFailure("\(process.name) survived SIGKILL") }
      }
      try Task.checkCancellation()
      let done = try await progress() - before
      state.withLock { state in
        state.kills += 1
        if done > 0 { state.busyLives += 1 }
      }
      Benchmark.say(String(format: "%@: kill %d after %.2f s, %d records in that life", process.name, kill + 1, life, done))
      try await pause(.seconds(rest))
      try process.start()
    }
  }

  /// Starts it again where it ended by itself, and remembers that.
  func mustRun() throws {
    guard let exit = process.exit else { return }
    note(exit)
    guard unexpectedEnds.count < 50 else {
      throw BenchmarkFailure("\(process.name) does not stay alive; its log is \(process.logFile.path)")
    }
    try process.start()
  }

  /// Stops it in order.
  func stop() async throws {
    let exit = await process.stop(within: .seconds(30))
    if exit != .code(0) { note(exit) }
  }

  private func note(_ exit: ManagedProcess.Exit?) {
    let text = "\(process.name) ended by itself: \(exit.map { "\($0)" } ?? "not within its deadline")"
    Benchmark.say("\(text); its log is \(process.logFile.path)")
    state.withLock { $0.unexpectedEnds.append(text) }
  }
}
