import BenchmarkSupport
import Foundation
import Postgres
import Runtime

/// The whole path at a steady load: single-row transactions in, `sluice capture`, the broker, `sluice syncer`, and a client of the read
/// database that belongs to neither and asks every two milliseconds what it can see.
///
/// A change's time runs from the moment at which its writer knows that it is committed to the answer in which the poller sees it. Beside
/// that stands the syncer's own histogram: from the commit's time stamp in the source to the commit in the read database.
struct LatencyBenchmark {
  var changesPerSecond = 1000
  var seconds = 20
  private let warmUp = 4
  private let writers = 4
  /// Each row is changed once in so many changes.
  private let rows = 2000
  private static let histogram = "sluice_syncer_commit_to_visible_seconds"
  private let connector = BenchmarkConnector(name: "bench_latency", tables: ["public.pulse"])

  func run() async throws {
    try await Workbench.with(topics: [connector.topic("pulse")], partitions: 12) { bench in
      Benchmark.report(
        "latency-bench: \(changesPerSecond) changes/s for \(seconds) s, a transaction each; broker: \(bench.broker.description)")
      let file = try connector.write(into: bench)
      try await bench.withConnection(Workbench.writeDatabase) { try await PulseTable($0).create(rows: rows) }
      let addresses = try (0..<2).map { _ in "127.0.0.1:\(try LoopbackPort.free())" }
      let syncer = bench.daemon(
        "syncer", "syncer",
        [
          "--mirror", file, "--topic", connector.topic("pulse"), "--group", connector.name, "--listen", addresses[0], "--set",
          "syncer.mirror_schema=bench",
        ])
      let capture = bench.daemon("capture", "capture", ["--connector", file] + bench.captureArguments(listen: addresses[1]))
      try syncer.start()
      try await bench.waitUntilReady(syncer, DaemonProbe(address: addresses[0]))
      try capture.start()
      try await bench.waitUntilReady(capture, DaemonProbe(address: addresses[1]))
      let read = try await bench.connect(Workbench.readDatabase)
      let mirror = PulseTable(read, schema: "bench")
      try await waitUntil("the mirror has \(rows) rows", within: .seconds(60)) { try await mirror.count() == rows }
      try await measure(bench, mirror, DaemonProbe(address: addresses[0]), [syncer, capture])
      await read.close()
      try await bench.stop(capture)
      try await bench.stop(syncer)
    }
  }

  private func measure(_ bench: Workbench, _ mirror: PulseTable, _ probe: DaemonProbe, _ daemons: [ManagedProcess]) async throws {
    let first = warmUp * changesPerSecond + 1
    let last = (warmUp + seconds) * changesPerSecond
    let begin = ContinuousClock.now + .milliseconds(100)
    let commits = CommitTimes(count: last)
    let done = StopFlag()
    var before: MetricsText?
    var seen: [ContinuousClock.Instant?] = []
    try await withThrowingTaskGroup(of: Part.self) { group in
      for writer in 0..<writers {
        group.addTask {
          try await bench.withConnection(Workbench.writeDatabase) { connection in
            let table = PulseTable(connection)
            for number in stride(from: writer + 1, through: last, by: writers) {
              try await pause(until: begin + .seconds(1) * (Double(number) / Double(changesPerSecond)))
              try await table.change(row: number % rows, number: number)
              commits.note(number)
            }
          }
          return .written
        }
      }
      group.addTask {
        try await pause(until: begin + .seconds(warmUp))
        return .before(await probe.metrics())
      }
      group.addTask { .seen(try await watch(mirror, last: last, done: done)) }
      var left = writers
      while let part = try await group.next() {
        switch part {
        case .written: left -= 1
        case .before(let metrics): before = metrics
        case .seen(let times): seen = times
        }
        if left == 0 { done.set() }
      }
    }
    try await report(first: first, last: last, commits: commits, seen: seen, probe, before, daemons)
  }

  private enum Part: Sendable {
    case written
    case before(MetricsText?)
    case seen([ContinuousClock.Instant?])
  }

  /// When each change was first seen. Ends when all are, or two seconds after the last was written.
  private func watch(_ mirror: PulseTable, last: Int, done: StopFlag) async throws -> [ContinuousClock.Instant?] {
    var seen = [ContinuousClock.Instant?](repeating: nil, count: last + 1)
    // Everything up to this was seen, or is so old that its row must have been changed again.
    var low = 0
    var next = ContinuousClock.now
    var end: ContinuousClock.Instant?
    while low < last {
      let numbers = try await mirror.numbers(after: low)
      let now = ContinuousClock.now
      for number in numbers where number <= last && seen[number] == nil { seen[number] = now }
      while low < last, seen[low + 1] != nil || (numbers.max() ?? 0) - low > rows { low += 1 }
      if done.isSet { end = end ?? now + .seconds(2) }
      if let end, now > end { break }
      next = max(next + .milliseconds(2), now)
      try await pause(until: next)
    }
    return seen
  }

  private func report(
    first: Int, last: Int, commits: CommitTimes, seen: [ContinuousClock.Instant?], _ probe: DaemonProbe, _ before: MetricsText?,
    _ daemons: [ManagedProcess]
  ) async throws {
    var latencies: [Double] = []
    var unseen = 0
    for number in first...last {
      guard let committed = commits[number] else { continue }
      if let visible = seen[number] { latencies.append(max(0, committed.duration(to: visible).seconds)) } else { unseen += 1 }
    }
    guard unseen * 1000 < latencies.count else { throw BenchmarkFailure("\(unseen) changes were not seen within two seconds") }
    let rate = Double(last - first) / (commits[first]?.duration(to: commits[last] ?? .now).seconds ?? 1)
    let (p50, p99) = (Figures.quantile(0.5, of: latencies), Figures.quantile(0.99, of: latencies))
    let worst = latencies.max() ?? 0
    Benchmark.report(
      "latency-load: \(Int(rate)) changes/s came about, \(latencies.count) seen, \(unseen) overwritten before they were seen")
    if let before, let after = await probe.metrics() {
      let own = [0.5, 0.99].map { Figures.milliseconds(after.quantile($0, of: Self.histogram, since: before)) }
      Benchmark.report("latency-syncer: p50 \(own[0]), p99 \(own[1]) by the syncer's own histogram")
    }
    let memory = daemons.map { "\($0.name) \(Figures.megabytes(ProcessFigures.peakMemory(of: $0.processID ?? 0)))" }
    Benchmark.report(
      "latency: p50 \(Figures.milliseconds(p50)), p99 \(Figures.milliseconds(p99)), worst \(Figures.milliseconds(worst)) from commit to visible in "
        + "the mirror\(p50 > 0.010 || p99 > 0.060 ? " (goal p50 10 ms, p99 60 ms)" : ""), peak memory \(memory.joined(separator: ", "))")
  }
}
