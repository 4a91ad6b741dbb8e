import BenchmarkSupport

// mirror-bench [ROWS [UPDATES [RUNS]]]: how fast `sluice syncer` mirrors a table whose changes are in Kafka already, beside the same upserts
// inside PostgreSQL. Prints both, the ratio, and the syncer's peak memory.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("mirror-bench") {
  var benchmark = MirrorBenchmark()
  if numbers.count > 0 { benchmark.rows = numbers[0] }
  if numbers.count > 1 { benchmark.updates = numbers[1] }
  if numbers.count > 2 { benchmark.runs = numbers[2] }
  guard benchmark.rows > 0, benchmark.updates >= 0, benchmark.runs > 0, numbers.count < 4 else {
    throw BenchmarkFailure("expected [ROWS [UPDATES [RUNS]]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
