import BenchmarkSupport
import Foundation
import Postgres
import ReadModels
import Runtime

/// The syncer beside the database that it writes to.
///
/// The topic is filled by `sluice capture` from real changes: inserts, then updates scattered over the rows. Then, in turns, the same
/// changes are written by SQL alone (`ReferenceUpserts`) and by `sluice syncer`, each time into an empty database. The clock runs from the
/// syncer's first committed batch to its last; at the end the mirror is compared with its source.
struct MirrorBenchmark {
  var rows = 100_000
  var updates = 200_000
  var runs = 3
  private let partitions = 12
  private let connector = BenchmarkConnector(
    name: "bench_mirror", tables: ["public.items"], settings: ["snapshot.mode": "no_data"])

  private var changes: Int { rows + updates }

  private struct Run {
    var reference: Double
    var syncer: Double
    var peakMemory: Int
    var processorTime: Double
    var ratio: Double { syncer / reference }
  }

  func run() async throws {
    try await Workbench.with(topics: [connector.topic(ItemTable.name)], partitions: partitions) { bench in
      Benchmark.report("mirror-bench: \(rows) inserts and \(updates) updates of \(rows) rows; broker: \(bench.broker.description)")
      let file = try connector.write(into: bench)
      try await fill(bench, connector: file)
      var results: [Run] = []
      for number in 1...runs {
        try await bench.renewReadDatabase()
        let reference = try await bench.withConnection(Workbench.readDatabase) {
          try await ReferenceUpserts($0, rows: rows, updates: updates).measure()
        }
        try await bench.renewReadDatabase()
        var run = try await mirror(bench, connector: file, number: number)
        run.reference = Double(changes) / reference
        results.append(run)
        Benchmark.report(
          "mirror \(number): PostgreSQL alone \(Figures.rate(run.reference)), syncer \(Figures.rate(run.syncer)), "
            + "ratio \(Figures.ratio(run.ratio)), peak memory \(Figures.megabytes(run.peakMemory)), "
            + "\(String(format: "%.1f", run.processorTime / Double(changes) * 1e6)) us of CPU a change")
      }
      try await compare(bench)
      let rate = Figures.median(results.map(\.syncer))
      let ratio = Figures.median(results.map(\.ratio))
      let memory = results.map(\.peakMemory).max() ?? 0
      Benchmark.report(
        "mirror: median \(Int(rate)) changes/s\(rate < 20_000 ? " (at least 20000 are due)" : ""), ratio \(Figures.ratio(ratio)) of the same upserts "
          + "inside PostgreSQL\(ratio < 0.5 ? " (goal 0.5)" : ""), peak memory \(Figures.megabytes(memory))")
    }
  }

  /// Changes from the table into the topic, as `sluice capture` writes them.
  private func fill(_ bench: Workbench, connector file: String) async throws {
    let connection = try await bench.connect(Workbench.writeDatabase)
    let table = ItemTable(connection)
    try await table.create()
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let capture = bench.daemon("capture", "capture", ["--connector", file] + bench.captureArguments(listen: address))
    try capture.start()
    try await bench.waitUntilReady(capture, DaemonProbe(address: address))
    try await table.insert(rows)
    try await table.update(updates, of: rows)
    await connection.close()
    let topic = connector.topic(ItemTable.name)
    try await waitUntil("\(changes) changes in the topic", within: .seconds(180)) {
      if let exit = capture.exit { throw BenchmarkFailure("capture ended: \(exit); its log is \(capture.logFile.path)") }
      return try await bench.broker.recordCount(of: topic) >= changes
    }
    try await bench.stop(capture)
  }

  private func mirror(_ bench: Workbench, connector file: String, number: Int) async throws -> Run {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let group = "\(connector.name)-\(number)"
    let syncer = bench.daemon(
      "syncer-\(number)", "syncer",
      [
        "--mirror", file, "--topic", connector.topic(ItemTable.name), "--group", group, "--listen", address,
        "--set", "syncer.mirror_schema=bench",
      ])
    try syncer.start()
    let seconds = try await bench.withConnection(Workbench.readDatabase) { read in
      try await applySeconds(StoredOffsets(read, group: group), syncer)
    }
    let process = syncer.processID ?? 0
    let run = Run(
      reference: 0, syncer: Double(changes) / seconds, peakMemory: ProcessFigures.peakMemory(of: process),
      processorTime: ProcessFigures.processorTime(of: process))
    try await bench.stop(syncer)
    return run
  }

  /// From the first batch that can be seen to the last. A group's first member waits for others for some seconds; that is not measured.
  private func applySeconds(_ offsets: StoredOffsets, _ syncer: ManagedProcess) async throws -> Double {
    var first: (time: ContinuousClock.Instant, applied: Int)?
    return try await waitFor("\(changes) changes applied", within: .seconds(300), every: .milliseconds(20)) { () -> Double? in
      if let exit = syncer.exit { throw BenchmarkFailure("the syncer ended: \(exit); its log is \(syncer.logFile.path)") }
      let applied = try await offsets.sum()
      let now = ContinuousClock.now
      guard let first else {
        if applied > 0 { first = (now, applied) }
        return nil
      }
      guard applied >= changes else { return nil }
      return first.time.duration(to: now).seconds * Double(changes) / Double(changes - first.applied)
    }
  }

  private func compare(_ bench: Workbench) async throws {
    let source = try await bench.connect(Workbench.writeDatabase)
    let mirror = try await bench.connect(Workbench.readDatabase)
    let catalog = try await MirrorCatalog.load(from: source, tables: connector.tables, namespace: MirrorNamespace(topicPrefix: "bench"))
    let results = try await MirrorComparison(catalog.mirrors()).run(source: source, mirror: mirror)
    await source.close()
    await mirror.close()
    for result in results {
      Benchmark.report("mirror: \(result)")
      guard result.isEqual else { throw BenchmarkFailure("the mirror is not what the source is", exitCode: 2) }
    }
  }
}
