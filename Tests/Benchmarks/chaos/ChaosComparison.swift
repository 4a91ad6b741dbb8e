import BenchmarkSupport
import Commerce
import ReadModels

/// Compares the write side with all that was made of it: rows with their mirrors, products and orders with their documents.
struct ChaosComparison: Sendable {
  let bench: Workbench
  let mirrorSchema: String
  let ledger: BenchmarkConnector

  func run(into report: inout ChaosReport) async throws {
    let write = try await bench.connect(Workbench.writeDatabase)
    let read = try await bench.connect(Workbench.readDatabase)
    let tables = ProductDocuments.sourceTables.map { "public.\($0)" } + ledger.tables
    let catalog = try await MirrorCatalog.load(from: write, tables: tables, namespace: MirrorNamespace(topicPrefix: mirrorSchema))
    for result in try await MirrorComparison(catalog.mirrors()).run(source: write, mirror: read) {
      Benchmark.report("  \(result)")
      report.compared.append((result.table, result.sourceRows))
      report.differences += result.differences
    }
    for (what, found) in [
      ("products", try await ProductComparison().run(write: write, read: read)),
      ("orders", try await OrderComparison().run(write: write, read: read)),
    ] {
      for sample in found.samples { Benchmark.report("  \(what): \(sample)") }
      report.compared.append((what, found.compared))
      report.differences += found.differences
    }
    await write.close()
    await read.close()
  }
}
