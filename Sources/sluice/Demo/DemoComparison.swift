import Commands
import Commerce
import Logging
import Postgres
import ReadModels
import Runtime

/// Compares write side and read side, row by row and aggregate by aggregate. Both must be at rest.
struct DemoComparison: Sendable {
  let write: Connection
  let read: Connection
  let line: ProgressLine
  let logger: Logger

  /// Mirrors of the catalogue's tables, product documents, order documents.
  func compareShop(into result: inout DemoResult) async throws {
    line.update("comparing the catalogue's tables with their mirrors")
    try await compareMirrors(ProductDocuments.sourceTables, MirrorNamespace(topicPrefix: "shop"), into: &result)
    let products = try await ProductComparison().run(write: write, read: read)
    add("products", products, into: &result)
    let orders = try await OrderComparison().run(write: write, read: read)
    add("orders", orders, into: &result)
    result.events = try await EventStore().count(on: write)
    line.finish("compared \(products.compared) product documents and \(orders.compared) order documents")
  }

  /// Tables and their mirrors.
  func compareMirrors(_ tables: [String], _ namespace: MirrorNamespace, into result: inout DemoResult) async throws {
    let catalog = try await MirrorCatalog.load(from: write, tables: tables.map { "public.\($0)" }, namespace: namespace)
    for table in try await MirrorComparison(catalog.mirrors()).run(source: write, mirror: read) {
      result.compared["rows", default: 0] += table.sourceRows
      result.differences += table.differences
      line.finish("  \(table)")
      for sample in table.samples { line.finish("    \(sample)") }
    }
  }

  private func add(_ name: String, _ report: ComparisonReport, into result: inout DemoResult) {
    result.compared[name, default: 0] += report.compared
    result.differences += report.differences
    for sample in report.samples { line.finish("    \(name): \(sample)") }
  }
}
