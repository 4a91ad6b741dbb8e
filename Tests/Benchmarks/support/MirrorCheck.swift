import Postgres
import ReadModels

/// Compares mirrors in the read database with their tables in the write database.
public enum MirrorCheck {
  /// - Throws: ``BenchmarkFailure`` (exit code 2) where they differ.
  public static func run(_ bench: Workbench, tables: [String], schema: String, label: String) async throws {
    let source = try await bench.connect(Workbench.writeDatabase)
    let mirror = try await bench.connect(Workbench.readDatabase)
    let catalog = try await MirrorCatalog.load(from: source, tables: tables, namespace: MirrorNamespace(topicPrefix: schema))
    let results = try await MirrorComparison(catalog.mirrors()).run(source: source, mirror: mirror)
    await source.close()
    await mirror.close()
    for result in results {
      Benchmark.report("\(label): \(result)")
      guard result.isEqual else { throw BenchmarkFailure("the mirror is not what the source is", exitCode: 2) }
    }
  }
}
