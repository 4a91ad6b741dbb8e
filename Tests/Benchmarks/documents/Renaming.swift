import BenchmarkSupport
import Foundation
import Postgres
import Runtime

/// A brand that many products show gets another name, while products of other brands change at a steady pace.
///
/// Measured are the time from the name's commit until the last document shows it, and, meanwhile, the time from the commit of each other
/// change to the answer in which a client of the read database sees it in its document.
struct Renaming {
  /// The first product of other brands.
  let first: Int
  /// Products of brand 1.
  let renamed: Int
  private let others = 200
  private let changesPerSecond = 200
  private let warmUp = 3.0
  private static let limit = 10.0
  private static let otherLimit = 0.5

  private enum Part: Sendable {
    case written
    case renamed(Double)
    case seen([ContinuousClock.Instant?])
  }

  func run(_ bench: Workbench, _ syncer: SyncerRun) async throws {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let process = syncer.daemon(bench, listen: address)
    try process.start()
    try await bench.waitUntilReady(process, DaemonProbe(address: address))
    let count = 60 * changesPerSecond
    let commits = CommitTimes(count: count)
    let begin = ContinuousClock.now + .milliseconds(500)
    let done = StopFlag()
    var seen: [ContinuousClock.Instant?] = []
    var seconds = 0.0
    try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        try await write(bench, count: count, begin: begin, commits: commits, until: done)
        return .written
      }
      group.addTask { .seen(try await watch(bench, count: count, until: done)) }
      group.addTask {
        try await pause(until: begin + .seconds(warmUp))
        let seconds = try await rename(bench)
        try await pause(.seconds(1))
        done.set()
        return .renamed(seconds)
      }
      while let part = try await group.next() {
        switch part {
        case .written: break
        case .renamed(let taken): seconds = taken
        case .seen(let times): seen = times
        }
      }
    }
    try await bench.stop(process)
    let start = begin + .seconds(warmUp)
    report(seconds: seconds, commits: commits, seen: seen, from: start, to: start + .seconds(seconds))
  }

  /// Renames, and waits until no document shows another name. Returns seconds.
  private func rename(_ bench: Workbench) async throws -> Double {
    let read = try await bench.connect(Workbench.readDatabase)
    try await bench.withConnection(Workbench.writeDatabase) {
      _ = try await $0.execute("UPDATE brands SET name = 'Renamed', version = version + 1 WHERE id = 1")
    }
    let committed = ContinuousClock.now
    // From the end, where a rename that walks in the order of the keys comes last; all are counted once the last one shows it.
    try await waitUntil("\(renamed) documents show the name", within: .seconds(50), every: .milliseconds(20)) {
      let row = try await read.query("SELECT body -> 'brand' ->> 'name' FROM products WHERE key = \(Int64(renamed))").single()
      guard try row[0, as: String?.self] == "Renamed" else { return false }
      let left = try await read.query(
        "SELECT count(*) FROM products WHERE key <= \(Int64(renamed)) AND body -> 'brand' ->> 'name' <> 'Renamed'")
      return try left.single()[0, as: Int64.self] == 0
    }
    let seconds = committed.duration(to: .now).seconds
    await read.close()
    return seconds
  }

  private func write(_ bench: Workbench, count: Int, begin: ContinuousClock.Instant, commits: CommitTimes, until done: StopFlag)
    async throws
  {
    try await bench.withConnection(Workbench.writeDatabase) { connection in
      for number in 1...count {
        if done.isSet { return }
        try await pause(until: begin + .seconds(1) * (Double(number) / Double(changesPerSecond)))
        try await connection.execute(
          "UPDATE products SET description = \("change \(number)"), version = version + 1 WHERE id = \(Int64(first + number % others))")
        commits.note(number)
      }
    }
  }

  /// When each change was first seen. A change that the next one of its product has replaced was seen with that at the latest.
  private func watch(_ bench: Workbench, count: Int, until done: StopFlag) async throws -> [ContinuousClock.Instant?] {
    var seen = [ContinuousClock.Instant?](repeating: nil, count: count + 1)
    let read = try await bench.connect(Workbench.readDatabase)
    while !done.isSet {
      let rows = try await read.query(
        """
        SELECT substr(p.description, 8)::bigint FROM (
          SELECT body ->> 'description' AS description FROM products
          WHERE key >= \(Int64(first)) AND key < \(Int64(first + others)) OFFSET 0) p
        WHERE p.description LIKE 'change %'
        """)
      let now = ContinuousClock.now
      for row in rows {
        var number = Int(try row[0, as: Int64.self])
        while number > 0, number <= count, seen[number] == nil {
          seen[number] = now
          number -= others
        }
      }
      try await pause(.milliseconds(5))
    }
    await read.close()
    return seen
  }

  private func report(
    seconds: Double, commits: CommitTimes, seen: [ContinuousClock.Instant?], from start: ContinuousClock.Instant,
    to end: ContinuousClock.Instant
  ) {
    var before: [Double] = []
    var during: [Double] = []
    for number in seen.indices.dropFirst() {
      guard let committed = commits[number], committed < end else { continue }
      // One that was not seen by the end waits still.
      let latency = committed.duration(to: seen[number] ?? end + .seconds(1)).seconds
      if committed < start { before.append(latency) } else { during.append(latency) }
    }
    let p99 = Figures.quantile(0.99, of: during)
    Benchmark.report(
      "documents-rename: \(renamed) documents show a brand's new name after \(String(format: "%.1f", seconds)) s"
        + "\(seconds > Self.limit ? " (goal \(Int(Self.limit)) s)" : ""); other products' changes meanwhile: p50 "
        + "\(Figures.milliseconds(Figures.quantile(0.5, of: during))), p99 \(Figures.milliseconds(p99)), worst "
        + "\(Figures.milliseconds(during.max() ?? 0))\(p99 > Self.otherLimit ? " (goal p99 \(Figures.milliseconds(Self.otherLimit)))" : ""), "
        + "before: p99 \(Figures.milliseconds(Figures.quantile(0.99, of: before)))")
  }
}
