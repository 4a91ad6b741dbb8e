import BenchmarkSupport
import Foundation

/// All that is measured of the broker, one thing after the other.
struct BrokerBenchmark: Sendable {
  /// On disk, when memory and start are measured (of 10^9 bytes).
  var gigabytes = 10
  var runs = 3
  /// Of 100 bytes each, where rates are measured.
  var records = 5_000_000
  /// So many that the mock cluster drops nothing: it keeps 5 MB of each.
  var partitions = 128

  func run() async throws {
    let binary = try SluiceBinary.locate()
    // The rates' records come and go before.
    let needed = max(gigabytes * 1_000_000_000, records * 150) + 5_000_000_000
    try TemporaryFolder.require(free: needed)
    Benchmark.report("broker-bench: \(records) records of 100 bytes, \(partitions) partitions, \(runs) runs; then \(gigabytes) GB on disk")
    try await TemporaryFolder.with { folder in
      try await RateRuns(binary: binary, folder: folder, runs: runs, records: records, partitions: partitions).run()
      try await FullDisk(binary: binary, folder: folder, gigabytes: gigabytes, runs: runs).run()
    }
  }
}
