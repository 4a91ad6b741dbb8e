import BenchmarkSupport
import Foundation
import Postgres
import Runtime

/// Capture beside `pg_recvlogical`, PostgreSQL's own receiver.
///
/// A slot is made, then the backlog; each run reads it through a copy of that slot, so that all of them get the same. Both are measured as
/// processes, from their start: `pg_recvlogical` to its end, capture until the last record is acknowledged by the broker.
struct CaptureBenchmark {
  var backlog = Backlog(changes: 420_000)
  var runs = 3
  var largeTransaction = 1_000_000
  private let partitions = 12
  private static let publication = "bench_capture"
  private static let large = "bench_large"

  private struct Captured {
    var seconds: Double
    var peakMemory: Int
    var processorTime: Double
  }

  func run() async throws {
    let names = (1...runs).map { "bench_capture_\($0)" } + [Self.large]
    let topics = names.map { connector($0).topic(ItemTable.name) }
    try await Workbench.with(topics: topics, partitions: partitions) { bench in
      Benchmark.report(
        "capture-bench: \(backlog), \(ItemTable.transactionRows) to a transaction; broker: \(bench.broker.description)")
      let slots = BacklogSlots(try await bench.connect(Workbench.writeDatabase))
      try await makeBacklog(bench, slots)
      let end = try await slots.end()
      var ratios: [Double] = []
      var rates: [Double] = []
      var memory = 0
      for number in 1...runs {
        let receiver = try await receive(bench, slots, number: number, end: end)
        let name = "bench_capture_\(number)"
        try await slots.copy("backlog", to: name)
        let captured = try await capture(bench, name, records: backlog.records)
        try await slots.drop(name)
        rates.append(Double(backlog.changes) / captured.seconds)
        ratios.append(receiver / captured.seconds)
        memory = max(memory, captured.peakMemory)
        Benchmark.report(
          "capture \(number): pg_recvlogical \(Figures.rate(backlog.changes, in: receiver)), capture \(Figures.rate(backlog.changes, in: captured.seconds)), "
            + "ratio \(Figures.ratio(receiver / captured.seconds)), peak memory \(Figures.megabytes(captured.peakMemory)), "
            + "\(String(format: "%.1f", captured.processorTime / Double(backlog.changes) * 1e6)) us of CPU a change")
      }
      let ratio = Figures.median(ratios)
      Benchmark.report(
        "capture: median \(Int(Figures.median(rates))) changes/s, ratio \(Figures.ratio(ratio)) of pg_recvlogical to a file"
          + "\(ratio < 0.6 ? " (goal 0.6)" : ""), peak memory \(Figures.megabytes(memory))")
      if largeTransaction > 0 { try await measureLargeTransaction(bench, slots) }
      await slots.close()
    }
  }

  private func connector(_ name: String) -> BenchmarkConnector {
    BenchmarkConnector(
      name: name, tables: ["public.items"],
      settings: [
        "snapshot.mode": "never", "publication.name": Self.publication, "publication.autocreate.mode": "disabled",
      ])
  }

  private func makeBacklog(_ bench: Workbench, _ slots: BacklogSlots) async throws {
    let connection = try await bench.connect(Workbench.writeDatabase)
    let table = ItemTable(connection)
    try await table.create()
    try await slots.publish([ItemTable.name], as: Self.publication)
    try await slots.make("backlog")
    try await backlog.write(to: table)
    await connection.close()
  }

  /// Seconds that `pg_recvlogical` takes.
  private func receive(_ bench: Workbench, _ slots: BacklogSlots, number: Int, end: LSN) async throws -> Double {
    let slot = "bench_receive_\(number)"
    try await slots.copy("backlog", to: slot)
    let output = bench.folder.appendingPathComponent("received")
    let process = ManagedProcess(
      name: "pg_recvlogical", executable: URL(fileURLWithPath: try PostgresBinaries.locate("pg_recvlogical")),
      arguments: [
        "--host=127.0.0.1", "--port=\(bench.postgres.port)", "--username=\(bench.postgres.superuser)", "--no-password",
        "--dbname=\(Workbench.writeDatabase)", "--slot=\(slot)", "--start", "--endpos=\(end)", "--no-loop", "--file=\(output.path)",
        "--option=proto_version=1", "--option=publication_names=\(Self.publication)",
      ], logFile: bench.folder.appendingPathComponent("pg_recvlogical.log"))
    let begin = ContinuousClock.now
    try process.start()
    let exit = await process.wait(atMost: .seconds(300))
    let seconds = begin.duration(to: .now).seconds
    if exit == nil { await process.stop(within: .seconds(5)) }
    guard exit == .code(0) else {
      throw BenchmarkFailure("pg_recvlogical: \(exit.map { "\($0)" } ?? "no end in time"); its log is \(process.logFile.path)")
    }
    try? FileManager.default.removeItem(at: output)
    try await slots.drop(slot)
    return seconds
  }

  private func capture(_ bench: Workbench, _ name: String, records: Int) async throws -> Captured {
    let connector = connector(name)
    let file = try connector.write(into: bench)
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let process = bench.daemon(name, "capture", ["--connector", file] + bench.captureArguments(listen: address))
    let topic = connector.topic(ItemTable.name)
    let begin = ContinuousClock.now
    try process.start()
    try await waitUntil("\(records) records in \(topic)", within: .seconds(300), every: .milliseconds(20)) {
      if let exit = process.exit { throw BenchmarkFailure("capture ended: \(exit); its log is \(process.logFile.path)") }
      return try await bench.broker.recordCount(of: topic) >= records
    }
    let seconds = begin.duration(to: .now).seconds
    let id = process.processID ?? 0
    let result = Captured(
      seconds: seconds, peakMemory: ProcessFigures.peakMemory(of: id), processorTime: ProcessFigures.processorTime(of: id))
    try await bench.stop(process)
    let found = try await bench.broker.recordCount(of: topic)
    guard found == records else { throw BenchmarkFailure("\(topic) has \(found) records, \(records) were due", exitCode: 2) }
    return result
  }

  /// One transaction of many rows, which the server hands over in one piece.
  private func measureLargeTransaction(_ bench: Workbench, _ slots: BacklogSlots) async throws {
    try await bench.withConnection(Workbench.writeDatabase) { connection in
      try await connection.executeScript("TRUNCATE items")
      try await slots.make(Self.large)
      try await ItemTable(connection).insert(largeTransaction, transactionRows: largeTransaction)
    }
    let captured = try await capture(bench, Self.large, records: largeTransaction)
    Benchmark.report(
      "capture-memory: \(Figures.megabytes(captured.peakMemory)) resident at most while one transaction of \(largeTransaction) rows passes at "
        + "\(Figures.rate(largeTransaction, in: captured.seconds))\(captured.peakMemory > 80 << 20 ? " (goal 80 MB)" : "")")
  }
}
