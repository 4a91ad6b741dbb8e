import Foundation
import Postgres
import Runtime
import Synchronization

/// Waits until what was committed has come all the way.
final class DemoPath: Sendable {
  private let write: Connection
  private let syncers: [HTTPProbe]
  private let line: ProgressLine
  private let best = Mutex(0.0)

  /// The most records that were applied in one second while waiting.
  var bestRate: Double { best.withLock { $0 } }

  init(write: Connection, syncers: [HTTPProbe], line: ProgressLine) {
    self.write = write
    self.syncers = syncers
    self.line = line
  }

  /// Every slot has confirmed what is committed now, and no syncer has had lag for a while: lag is measured once a second, so only a zero
  /// that lasts was measured after the last record came.
  func waitUntilCaughtUp(_ what: String, within limit: Duration = .seconds(120)) async throws {
    let target = try await ServerAdministration(write).currentPosition()
    let begin = ContinuousClock.now
    var quietSince: ContinuousClock.Instant?
    var last = (time: ContinuousClock.now, applied: await applied())
    while true {
      try Task.checkCancellation()
      let behind = try await ServerAdministration(write).slots(behind: target)
      let lag = await lag()
      let now = (time: ContinuousClock.now, applied: await applied())
      if last.time.duration(to: now.time) > .seconds(1) {
        let rate = (now.applied - last.applied) / last.time.duration(to: now.time).inSeconds
        best.withLock { $0 = max($0, rate) }
        last = now
      }
      quietSince = behind.isEmpty && lag == 0 ? quietSince ?? .now : nil
      if let quietSince, quietSince.duration(to: .now) > .milliseconds(2200) { break }
      let records = lag.map { "\(Int($0)) records" } ?? "an unknown number of records"
      line.update("waiting for \(what): \(behind.count) slots behind, \(records) to apply")
      guard begin.duration(to: .now) < limit else {
        throw SupervisorError("the read models have not caught up within \(limit): slots behind: \(behind), lag: \(records)")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    line.finish("\(what): captured and applied, lag 0")
  }

  private func lag() async -> Double? {
    var sum = 0.0
    for syncer in syncers {
      guard let lag = await syncer.totalLag() else { return nil }
      sum += lag
    }
    return sum
  }

  private func applied() async -> Double {
    var sum = 0.0
    for syncer in syncers { sum += await syncer.total("sluice_syncer_records_applied_total") }
    return sum
  }
}

extension HTTPProbe {
  /// The sum of a metric over all its labels; 0 where it is not there yet.
  func total(_ name: String) async -> Double { await samples(of: name)?.values.reduce(0, +) ?? 0 }
}
