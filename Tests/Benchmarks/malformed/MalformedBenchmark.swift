import BenchmarkSupport
import Kafka
import Runtime

/// The same good changes twice: alone, and with malformed records of twenty kinds between them, each with a key of its own.
///
/// In turns the syncer works off one topic and the other, each time into an empty database. At the end each malformed record must be in the
/// dead-letter topic, with the reason in its headers, and nothing else, and the mirror is compared with its source.
struct MalformedBenchmark {
  var records = 1_000_000
  var malformed = 10_000
  var runs = 3
  private let partitions = 12
  private let schema = "bench"
  private let connector = BenchmarkConnector(
    name: "bench_malformed", tables: ["public.\(GoodsTable.name)"], settings: ["snapshot.mode": "no_data"])

  private var topic: String { connector.topic(GoodsTable.name) }
  private var mixed: String { topic + ".mixed" }

  func run() async throws {
    try await Workbench.with(topics: [topic, mixed], partitions: partitions) { bench in
      Benchmark.report(
        "malformed-bench: \(records) changes, then with \(malformed) malformed records of \(Malformation.mixed.count) kinds; broker: "
          + bench.broker.description)
      let file = try connector.write(into: bench)
      try await fill(bench, connector: file)
      let written = try await MixedTopic(bench: bench, source: topic, target: mixed, partitions: partitions)
        .fill(records: records, malformed: malformed)
      var ratios: [Double] = []
      for number in 1...runs {
        let alone = try await measure(bench, topic, connector: file, records: records, name: "alone-\(number)")
        let before = try await bench.broker.deadLetterCount()
        let together = try await measure(bench, mixed, connector: file, records: records + written, name: "mixed-\(number)")
        let letters = try await bench.broker.deadLetterCount() - before
        guard letters == written else {
          throw BenchmarkFailure("\(letters) dead letters were written, expected \(written)", exitCode: 2)
        }
        ratios.append(together.rate / alone.rate)
        Benchmark.report(
          "malformed \(number): alone \(Figures.rate(alone.rate)), mixed \(Figures.rate(together.rate)), ratio "
            + "\(Figures.ratio(together.rate / alone.rate)), peak memory \(Figures.megabytes(alone.peakMemory)) and "
            + Figures.megabytes(together.peakMemory))
      }
      try await MirrorCheck.run(bench, tables: connector.tables, schema: schema, label: "malformed")
      try await report(bench, written: written, ratio: Figures.median(ratios))
    }
  }

  private func fill(_ bench: Workbench, connector file: String) async throws {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let capture = bench.daemon("capture", "capture", ["--connector", file] + bench.captureArguments(listen: address))
    try await bench.withConnection(Workbench.writeDatabase) { connection in
      try await GoodsTable(connection).create()
      try capture.start()
      try await bench.waitUntilReady(capture, DaemonProbe(address: address))
      try await GoodsTable(connection).insert(records)
    }
    try await waitUntil("\(records) changes in the topic", within: .seconds(300)) {
      if let exit = capture.exit { throw BenchmarkFailure("capture ended: \(exit); its log is \(capture.logFile.path)") }
      return try await bench.broker.recordCount(of: topic) >= records
    }
    try await bench.stop(capture)
  }

  private func measure(
    _ bench: Workbench, _ topic: String, connector file: String, records: Int, name: String
  ) async throws -> SyncerRun.Result {
    try await bench.renewReadDatabase()
    let run = SyncerRun(
      name: name, group: "\(connector.name)-\(name)", mirrors: [file], topics: [topic], settings: ["syncer.mirror_schema=\(schema)"])
    return try await run.measure(bench, records: records)
  }

  private func report(_ bench: Workbench, written: Int, ratio: Double) async throws {
    let census = try await DeadLetterCensus(bench, topic: mixed + ".dlq", partitions: partitions, count: written * runs)
    for (kind, count) in census.counts.sorted(by: { $0.key < $1.key }) {
      Benchmark.report("  \(count / runs) \(kind): \(census.reasons[kind] ?? "")")
    }
    let counted = census.counts.values.reduce(0, +)
    guard census.unexplained == 0, counted == written * runs, census.counts.count == Malformation.mixed.count else {
      throw BenchmarkFailure(
        "\(counted) dead letters of \(census.counts.count) kinds have their reason, expected \(written * runs) of \(Malformation.mixed.count); "
          + "\(census.unexplained) have none", exitCode: 2)
    }
    Benchmark.report(
      "malformed: median ratio \(Figures.ratio(ratio)) of the rate without them\(ratio < 0.5 ? " (goal 0.5)" : ""), \(written) of "
        + "\(census.counts.count) kinds in the dead-letter topic with their reasons")
  }
}
