import BenchmarkSupport

/// The syncer beside the database that it writes to, and beside the same job written in Python.
///
/// The topic is filled by `sluice capture` from real changes: inserts, then updates scattered over the rows. Then, in turns, the same
/// changes are written by SQL alone (`ReferenceUpserts`), by the Python program (`PythonPeer`) with either of two JSON readers, and by `sluice syncer`, each time into an empty
/// database. The clocks of the two consumers run from their first committed batch to the last; at the end both mirrors are compared with
/// their source.
struct MirrorBenchmark {
  var rows = 100_000
  var updates = 200_000
  var runs = 3
  private let schema = "bench"

  private struct Run {
    var reference: Double
    var peers: [PythonPeer.JSON: PythonPeer.Result]
    var syncer: SyncerRun.Result

    var ratio: Double { syncer.rate / reference }
    func peerRatio(_ json: PythonPeer.JSON) -> Double? { peers[json].map { syncer.rate / $0.rate } }
  }

  func run() async throws {
    let topic = ItemTopic(connector: "bench_mirror", rows: rows, updates: updates)
    let peer = PythonPeer.find()
    try await Workbench.with(topics: [topic.name], partitions: 12) { bench in
      Benchmark.report("mirror-bench: \(rows) inserts and \(updates) updates of \(rows) rows; broker: \(bench.broker.description)")
      if peer == nil { Benchmark.report("mirror-peer: left out, PYTHON_PEER is not set: Tests/Benchmarks/run.sh mirror-bench prepares it") }
      let file = try await topic.fill(bench)
      var results: [Run] = []
      for number in 1...runs {
        let run = try await measure(bench, topic, connector: file, peer, number: number)
        results.append(run)
        report(run, number: number)
      }
      try await MirrorCheck.run(bench, tables: topic.connector.tables, schema: schema, label: "mirror")
      summarise(results)
    }
  }

  private func measure(
    _ bench: Workbench, _ topic: ItemTopic, connector file: String, _ peer: PythonPeer?, number: Int
  ) async throws -> Run {
    try await bench.renewReadDatabase()
    let seconds = try await bench.withConnection(Workbench.readDatabase) {
      try await ReferenceUpserts($0, rows: rows, updates: updates).measure()
    }
    var theirs: [PythonPeer.JSON: PythonPeer.Result] = [:]
    for json in PythonPeer.JSON.allCases {
      guard let peer else { break }
      try await bench.renewReadDatabase()
      theirs[json] = try await peer.measure(bench, topic, schema: schema, json: json, number: number)
      try await MirrorCheck.run(bench, tables: topic.connector.tables, schema: schema, label: "\(json.label) \(number)")
    }
    try await bench.renewReadDatabase()
    let run = SyncerRun(
      name: "syncer-\(number)", group: "\(topic.connector.name)-\(number)", mirrors: [file], topics: [topic.name],
      settings: ["syncer.mirror_schema=\(schema)"])
    return Run(reference: Double(topic.changes) / seconds, peers: theirs, syncer: try await run.measure(bench, records: topic.changes))
  }

  private func report(_ run: Run, number: Int) {
    Benchmark.report(
      "mirror \(number): PostgreSQL alone \(Figures.rate(run.reference)), syncer \(Figures.rate(run.syncer.rate)), "
        + "ratio \(Figures.ratio(run.ratio)), peak memory \(Figures.megabytes(run.syncer.peakMemory)), "
        + "\(microseconds(run.syncer.processorTime)) us of CPU a change")
    for json in PythonPeer.JSON.allCases {
      guard let peer = run.peers[json], let ratio = run.peerRatio(json) else { continue }
      Benchmark.report(
        "\(json.label) \(number): confluent-kafka with psycopg and \(json.rawValue) \(Figures.rate(peer.rate)), syncer \(Figures.rate(run.syncer.rate)), "
          + "ratio \(Figures.ratio(ratio)), peak memory \(Figures.megabytes(peer.peakMemory)), "
          + "\(microseconds(peer.processorTime)) us of CPU a change")
    }
  }

  private func microseconds(_ seconds: Double) -> String { Figures.ratio(seconds / Double(rows + updates) * 1e6) }

  private func summarise(_ results: [Run]) {
    let rate = Figures.median(results.map(\.syncer.rate))
    let ratio = Figures.median(results.map(\.ratio))
    let memory = results.map(\.syncer.peakMemory).max() ?? 0
    for json in PythonPeer.JSON.allCases {
      let ratios = results.compactMap { $0.peerRatio(json) }
      guard !ratios.isEmpty else { continue }
      let ratio = Figures.median(ratios)
      Benchmark.report(
        "\(json.label): median ratio \(Figures.ratio(ratio)) of the same job in Python, reading with \(json.rawValue)\(ratio < 2 ? " (goal 2)" : "")"
      )
    }
    Benchmark.report(
      "mirror: median \(Int(rate)) changes/s\(rate < 20_000 ? " (at least 20000 are due)" : ""), ratio \(Figures.ratio(ratio)) of the same upserts "
        + "inside PostgreSQL\(ratio < 0.5 ? " (goal 0.5)" : ""), peak memory \(Figures.megabytes(memory))")
  }
}
