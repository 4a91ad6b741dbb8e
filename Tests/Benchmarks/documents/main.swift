import BenchmarkSupport

// documents-bench [PRODUCTS [CHANGES [RUNS [RENAMED]]]]: the sample shop's product documents: how fast `sluice syncer` fills them, how fast it
// follows a mix of changes, and what a brand's new name costs that RENAMED of them show.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? -1 }
await Benchmark.run("documents-bench") {
  var benchmark = DocumentsBenchmark()
  if numbers.count > 0 { benchmark.products = numbers[0] }
  if numbers.count > 1 { benchmark.changes = numbers[1] }
  if numbers.count > 2 { benchmark.runs = numbers[2] }
  if numbers.count > 3 { benchmark.renamed = numbers[3] }
  guard benchmark.renamed >= 0, benchmark.products >= benchmark.renamed + 1000, benchmark.changes > 0, benchmark.runs > 0, numbers.count < 5
  else {
    throw BenchmarkFailure("expected [PRODUCTS [CHANGES [RUNS [RENAMED]]]], numbers, 1000 products more than are renamed", exitCode: 64)
  }
  try await benchmark.run()
}
