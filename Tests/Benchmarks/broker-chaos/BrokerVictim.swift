import BenchmarkSupport
import Foundation
import Synchronization

/// The broker, killed and started again. One life in four ends while it starts, the others at a random moment of their work; now and then it
/// is also stopped in order, which leaves other files behind than a kill does. Each life has a fsync policy of its own.
final class BrokerVictim: Sendable {
  private struct State {
    var numbers: SeededNumbers
    var kills = 0
    var stops = 0
    var busyLives = 0
    var starts: [Double] = []
  }

  private let broker: BrokerProcess
  private let findings: Findings
  private let progress: ChaosProgress
  private let state: Mutex<State>

  init(_ broker: BrokerProcess, numbers: SeededNumbers, findings: Findings, progress: ChaosProgress) {
    self.broker = broker
    self.findings = findings
    self.progress = progress
    state = Mutex(State(numbers: numbers))
  }

  /// One line.
  var summary: String {
    state.withLock { state in
      "\(state.kills) kills, \(state.busyLives) of them of a broker at work, \(state.stops) orderly stops between them; it served "
        + "\(Figures.milliseconds(Figures.median(state.starts))) after its start, at most \(Figures.milliseconds(state.starts.max() ?? 0))"
    }
  }

  /// It runs when this is called, and when this returns.
  func suffer(_ kills: Int) async throws {
    try await pause(.seconds(2))
    for kill in 1...kills {
      let before = progress.recordCount
      try await live()
      if broker.exit == nil {
        try await broker.kill()
      } else {
        findings.add(
          "ends of the broker by itself", "\(broker.exit.map { "\($0)" } ?? "") before kill \(kill); its log is \(broker.logFile.path)")
      }
      let (isStop, gap, fsync) = state.withLock { state in
        state.kills += 1
        if progress.recordCount > before { state.busyLives += 1 }
        return (
          Int.random(in: 0..<10, using: &state.numbers) == 0, Double.random(in: 0...0.2, using: &state.numbers),
          BrokerProcess.Fsync.allCases.randomElement(using: &state.numbers) ?? .interval
        )
      }
      if kill % 10 == 0 { Benchmark.report("broker-chaos: \(kill) kills, \(progress.summary)\(findings.isEmpty ? "" : "; see below")") }
      try await pause(.seconds(gap))
      if isStop {
        try await serve(fsync: fsync)
        try await pause(.seconds(1))
        try await broker.stop()
        state.withLock { $0.stops += 1 }
      }
      try broker.launch(fsync: fsync)
    }
    try await waitUntil("the broker's last start", within: .seconds(60)) { broker.isServing }
  }

  /// Waits until this life is to end.
  private func live() async throws {
    let (isShort, short, long) = state.withLock { state in
      (
        Int.random(in: 0..<4, using: &state.numbers) == 0, Double.random(in: 0...0.3, using: &state.numbers),
        Double.random(in: 0.1...4, using: &state.numbers)
      )
    }
    if isShort { return try await pause(.seconds(short)) }
    try await served()
    try await pause(.seconds(long))
  }

  private func serve(fsync: BrokerProcess.Fsync) async throws {
    try broker.launch(fsync: fsync)
    try await served()
  }

  private func served() async throws {
    let begin = ContinuousClock.now
    let wasServing = broker.isServing
    try await waitUntil("the broker's start", within: .seconds(60), every: .milliseconds(2)) { broker.isServing || broker.exit != nil }
    if !wasServing { state.withLock { $0.starts.append(begin.duration(to: .now).seconds) } }
  }
}
