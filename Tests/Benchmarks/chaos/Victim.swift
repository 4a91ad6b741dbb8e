import BenchmarkSupport
import Foundation
import Runtime
import Synchronization

/// A daemon that is killed and started again.
///
/// Some lives end so soon that they are hit while they start (a snapshot, the wait for partitions); the others end at a random moment after
/// they have begun to get something done.
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
  private let state: Mutex<State>

  /// - Parameters:
  ///   - firstLives: seconds that the first lives take, one each.
  ///   - shortLife: seconds of those lives, three in ten, that are to end while it starts.
  init(_ process: ManagedProcess, numbers: SeededNumbers, firstLives: [Double], shortLife: ClosedRange<Double>) {
    self.process = process
    self.firstLives = firstLives
    self.shortLife = shortLife
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
      let begin = ContinuousClock.now
      let before = try await progress()
      if let exit = try await live(kill, since: before, progress) {
        note(exit)
      } else {
        process.send(SIGKILL)
        guard await process.wait(atMost: .seconds(10)) != nil else { throw BenchmarkFailure("\(process.name) survived SIGKILL") }
      }
      let life = begin.duration(to: .now).seconds
      try Task.checkCancellation()
      let done = try await progress() - before
      let rest = state.withLock { state in
        state.kills += 1
        if done > 0 { state.busyLives += 1 }
        return Double.random(in: 0...0.5, using: &state.numbers)
      }
      Benchmark.say("\(process.name): kill \(kill + 1) after \(String(format: "%.2f", life)) s, \(done) records in that life")
      try await pause(.seconds(rest))
      try process.start()
    }
  }

  /// Waits until the life is to end; says how it has ended before.
  private func live(_ number: Int, since before: Int, _ progress: () async throws -> Int) async throws -> ManagedProcess.Exit? {
    let (short, work) = state.withLock { state in
      let isShort = Int.random(in: 0..<10, using: &state.numbers) < 3
      let short = Double.random(in: shortLife, using: &state.numbers)
      let work = Double.random(in: 0.02...3, using: &state.numbers)
      return (number < firstLives.count ? firstLives[number] : isShort ? short : nil, work)
    }
    if let short { return await process.wait(atMost: .seconds(short)) }
    // Where it never gets to work, it dies all the same.
    let deadline = ContinuousClock.now + .seconds(20)
    while try await progress() <= before, ContinuousClock.now < deadline {
      if let exit = process.exit { return exit }
      try await pause(.milliseconds(50))
    }
    return await process.wait(atMost: .seconds(work))
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
