import BenchmarkSupport

/// What the syncer needs to work off a long backlog: the most memory that it ever had resident, and the rate beside it.
struct CatchUpBenchmark {
  var records = 1_000_000
  var runs = 3
  private let schema = "bench"
  private static let goal = 150 << 20

  func run() async throws {
    let topic = ItemTopic(connector: "bench_catchup", rows: records / 4, updates: records - records / 4)
    try await Workbench.with(topics: [topic.name], partitions: 12) { bench in
      Benchmark.report("catchup-bench: a backlog of \(topic.changes) changes; broker: \(bench.broker.description)")
      let file = try await topic.fill(bench)
      var results: [SyncerRun.Result] = []
      for number in 1...runs {
        try await bench.renewReadDatabase()
        let run = SyncerRun(
          name: "syncer-\(number)", group: "\(topic.connector.name)-\(number)", mirrors: [file], topics: [topic.name],
          settings: ["syncer.mirror_schema=\(schema)"])
        let result = try await run.measure(bench, records: topic.changes)
        results.append(result)
        Benchmark.report("catchup \(number): \(Figures.rate(result.rate)), peak memory \(Figures.megabytes(result.peakMemory))")
      }
      try await MirrorCheck.run(bench, tables: topic.connector.tables, schema: schema, label: "catchup")
      let memory = results.map(\.peakMemory).max() ?? 0
      Benchmark.report(
        "catchup: median \(Int(Figures.median(results.map(\.rate)))) changes/s, peak memory \(Figures.megabytes(memory)) for "
          + "\(topic.changes) records\(memory > Self.goal ? " (goal \(Figures.megabytes(Self.goal)))" : "")")
    }
  }
}
