import BenchmarkSupport
import Commerce
import Foundation
import Postgres
import Runtime

/// The product documents of the sample shop by its own connector files: seven tables of a product, and four that it refers to.
///
/// First the documents are made from a snapshot of all tables. Then, in turns, the catalogue is changed while the syncer is away, and the
/// syncer works off what has gathered in Kafka. At the end a brand gets another name while other products change at a steady pace
/// (``Renaming``), and all documents are compared with what the write side's tables say.
struct DocumentsBenchmark {
  var products = 60_000
  var changes = 60_000
  var runs = 3
  var renamed = 50_000
  private static let goal = 8000.0

  private struct Run {
    var changes: Double
    var records: SyncerRun.Result
  }

  func run() async throws {
    let topics = ShopConnectors.catalogueTopics
    try await Workbench.with(topics: topics, partitions: 12) { bench in
      Benchmark.report("documents-bench: \(products) products; \(changes) changes; broker: \(bench.broker.description)")
      let files = try ShopConnectors.catalogue.map(ShopConnectors.file)
      let shop = ShopChanges(products: products, renamed: renamed)
      try await bench.withConnection(Workbench.writeDatabase) { try await shop.prepare($0) }
      let address = "127.0.0.1:\(try LoopbackPort.free())"
      let capture = bench.daemon(
        "capture", "capture", files.flatMap { ["--connector", $0] } + bench.captureArguments(listen: address))
      try capture.start()
      let feed = TopicFeed(bench: bench, topics: topics, capture: capture)
      var syncer = SyncerRun(
        name: "syncer-fill", group: "documents", mirrors: files, topics: topics, settings: ["syncer.mirror_schema=shop"])
      let rows = try await feed.waitForSnapshot(rows: try await bench.withConnection(Workbench.writeDatabase) { try await Self.rows($0) })
      let fill = try await syncer.measure(bench, records: rows, within: .seconds(600), until: Self.hasFannedOut)
      Benchmark.report(
        "documents-fill: \(rows) rows at \(Figures.rate(fill.rate)), \(Figures.rate(fill.rate * Double(products) / Double(rows))) documents, "
          + "peak memory \(Figures.megabytes(fill.peakMemory))")
      var results: [Run] = []
      for number in 1...runs {
        syncer.name = "syncer-\(number)"
        results.append(try await measure(bench, shop, feed, syncer, number: number))
      }
      try await compare(bench)
      summarise(results)
      if renamed > 0 {
        syncer.name = "syncer-rename"
        try await Renaming(first: renamed + 1, renamed: renamed).run(bench, syncer)
      }
      try await bench.stop(capture)
    }
  }

  private func measure(_ bench: Workbench, _ shop: ShopChanges, _ feed: TopicFeed, _ syncer: SyncerRun, number: Int) async throws -> Run {
    let before = try await feed.recordCount()
    let rows = try await bench.withConnection(Workbench.writeDatabase) {
      try await shop.apply($0, count: changes, first: changes * number)
    }
    let records = try await feed.waitUntilCaptured() - before
    let result = try await syncer.measure(bench, records: records, within: .seconds(600), until: Self.hasFannedOut)
    let run = Run(changes: result.rate * Double(rows) / Double(records), records: result)
    Benchmark.report(
      "documents \(number): \(rows) row changes at \(Figures.rate(run.changes)), peak memory \(Figures.megabytes(result.peakMemory)), "
        + "\(Figures.ratio(result.processorTime / Double(rows) * 1e6)) us of CPU a change")
    return run
  }

  private func summarise(_ results: [Run]) {
    let rate = Figures.median(results.map(\.changes))
    let memory = results.map(\.records.peakMemory).max() ?? 0
    Benchmark.report(
      "documents: median \(Int(rate)) row changes/s\(rate < Self.goal ? " (goal \(Int(Self.goal)))" : ""), peak memory "
        + "\(Figures.megabytes(memory))")
  }

  private static func rows(_ connection: Connection) async throws -> Int {
    var sum = 0
    for table in ProductDocuments.sourceTables {
      sum += Int(try await connection.query("SELECT count(*) FROM public.\(identifier: table)").single()[0, as: Int64.self])
    }
    return sum
  }

  /// A brand's new name may reach more documents than a batch recomputes itself: it is applied when all of them show it.
  @Sendable private static func hasFannedOut(_ read: Connection) async throws -> Bool {
    try await !read.query("SELECT EXISTS (SELECT FROM sluice_fan_out)").single()[0, as: Bool.self]
  }

  private func compare(_ bench: Workbench) async throws {
    let write = try await bench.connect(Workbench.writeDatabase)
    let read = try await bench.connect(Workbench.readDatabase)
    let report = try await ProductComparison().run(write: write, read: read)
    await write.close()
    await read.close()
    for sample in report.samples { Benchmark.report("documents: \(sample)") }
    Benchmark.report("documents: \(report.compared) products compared, \(report.differences) differences")
    guard report.differences == 0 else { throw BenchmarkFailure("the documents are not what the tables say", exitCode: 2) }
  }
}
