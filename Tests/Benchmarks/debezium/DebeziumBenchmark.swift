import BenchmarkSupport
import Foundation
import Postgres
import Runtime

/// Capture beside Debezium's engine, each a process that writes to the same broker, one after the other, on the same changes.
///
/// The engine's time begins with its first record of the measured table and leaves out the JVM's start, its connecting, and another table that it
/// reads before to warm up; capture's begins with its process. Both end when the broker has the last record.
struct DebeziumBenchmark {
  var backlog = Backlog(changes: 420_000)
  var rows = 2_000_000
  var runs = 3
  private let partitions = 12
  private static let publication = "bench_debezium"
  private static let warmTable = "a_warm_items"
  private static let warmRows = 60_000

  private struct Measured {
    var seconds: Double
    var peakMemory: Int
  }

  func run() async throws {
    let engine = try DebeziumEngine()
    let names = ["backlog", "rows"].flatMap { kind in (1...runs).flatMap { ["engine_\(kind)_\($0)", "capture_\(kind)_\($0)"] } }
    let topics = names.flatMap { ["\($0).public.\(ItemTable.name)", "\($0).public.\(Self.warmTable)"] }
    try await Workbench.with(topics: topics, partitions: partitions) { bench in
      Benchmark.report("debezium-bench: \(backlog); a snapshot of \(rows) rows; broker: \(bench.broker.description)")
      let connection = try await bench.connect(Workbench.writeDatabase)
      let slots = BacklogSlots(try await bench.connect(Workbench.writeDatabase))
      let table = ItemTable(connection)
      try await table.create()
      try await connection.executeScript("CREATE TABLE \(Self.warmTable) (LIKE items INCLUDING ALL)")
      try await slots.publish([Self.warmTable, ItemTable.name], as: Self.publication)
      try await slots.make("backlog")
      try await connection.executeScript(
        """
        INSERT INTO \(Self.warmTable) SELECT \(ItemTable.values(id: "i", revision: "0")) FROM generate_series(1, \(Self.warmRows)::bigint) AS i
        """)
      try await backlog.write(to: table)
      try await compare(
        bench, engine, "debezium", kind: "backlog", records: backlog.records, changes: backlog.changes,
        settings: ["snapshot.mode": "no_data"],
        slots: slots)
      if rows > 0 {
        try await slots.drop("backlog")
        try await connection.executeScript("TRUNCATE items")
        try await table.insert(rows, transactionRows: 10_000)
        try await connection.executeScript("VACUUM ANALYZE items")
        try await compare(
          bench, engine, "debezium-snapshot", kind: "rows", records: rows, changes: rows, settings: ["snapshot.mode": "initial_only"],
          slots: nil)
      }
      await slots.close()
      await connection.close()
    }
  }

  private func compare(
    _ bench: Workbench, _ engine: DebeziumEngine, _ label: String, kind: String, records: Int, changes: Int, settings: [String: String],
    slots: BacklogSlots?
  ) async throws {
    var ratios: [Double] = []
    var memory = (engine: 0, capture: 0)
    for number in 1...runs {
      let theirs = try await measure(
        bench, "engine_\(kind)_\(number)", records: records, settings: settings, slots: slots, tables: [Self.warmTable, ItemTable.name]
      ) { try engine.process($0.name, connector: $0, bench: bench) }
      let ours = try await measure(
        bench, "capture_\(kind)_\(number)", records: records, settings: settings, slots: slots, tables: [ItemTable.name]
      ) { connector in
        let address = "127.0.0.1:\(try LoopbackPort.free())"
        return bench.daemon(
          connector.name, "capture", ["--connector", try connector.write(into: bench)] + bench.captureArguments(listen: address))
      }
      ratios.append(theirs.seconds / ours.seconds)
      memory = (max(memory.engine, theirs.peakMemory), max(memory.capture, ours.peakMemory))
      Benchmark.report(
        "\(label) \(number): engine \(Figures.rate(changes, in: theirs.seconds)), capture \(Figures.rate(changes, in: ours.seconds)), "
          + "ratio \(Figures.ratio(theirs.seconds / ours.seconds)), peak memory \(Figures.megabytes(theirs.peakMemory)) and "
          + "\(Figures.megabytes(ours.peakMemory))")
    }
    let ratio = Figures.median(ratios)
    Benchmark.report(
      "\(label): median ratio \(Figures.ratio(ratio)) of Debezium's engine\(ratio < 3 ? " (goal 3)" : ""), peak memory "
        + "\(Figures.megabytes(memory.engine)) and \(Figures.megabytes(memory.capture))\(memory.capture > 80 << 20 ? " (goal 80 MB)" : "")")
  }

  /// Runs one side until all records are there. A side that is given the table to warm up with is timed from its first other record.
  private func measure(
    _ bench: Workbench, _ name: String, records: Int, settings: [String: String], slots: BacklogSlots?, tables: [String],
    _ makeProcess: (BenchmarkConnector) throws -> ManagedProcess
  ) async throws -> Measured {
    try await slots?.copy("backlog", to: name)
    let connector = BenchmarkConnector(
      name: name, tables: tables.map { "public.\($0)" },
      settings: settings.merging(["publication.name": Self.publication, "publication.autocreate.mode": "disabled"]) { $1 })
    let process = try makeProcess(connector)
    let topic = connector.topic(ItemTable.name)
    var begin = ContinuousClock.now
    var hasBegun = tables.count == 1
    var memory = 0
    try process.start()
    try await waitUntil("\(records) records in \(topic)", within: .seconds(600), every: .milliseconds(20)) {
      let count = try await bench.broker.recordCount(of: topic)
      memory = max(memory, ProcessFigures.peakMemory(of: process.processID ?? 0))
      if !hasBegun, count > 0 {
        hasBegun = true
        begin = .now
      }
      // A snapshot alone comes to an end by itself.
      if count < records, let exit = process.exit { throw BenchmarkFailure("\(name) ended: \(exit); its log is \(process.logFile.path)") }
      return count >= records
    }
    let seconds = begin.duration(to: .now).seconds
    _ = await process.stop(within: .seconds(30))
    let found = try await bench.broker.recordCount(of: topic)
    guard found == records else { throw BenchmarkFailure("\(topic) has \(found) records, \(records) were due", exitCode: 2) }
    try await slots?.drop(name)
    return Measured(seconds: seconds, peakMemory: memory)
  }
}
