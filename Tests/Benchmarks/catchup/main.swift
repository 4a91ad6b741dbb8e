import BenchmarkSupport

// catchup-bench [RECORDS [RUNS]]: a backlog of RECORDS changes, and how much memory `sluice syncer` uses while it works it off.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("catchup-bench") {
  var benchmark = CatchUpBenchmark()
  if numbers.count > 0 { benchmark.records = numbers[0] }
  if numbers.count > 1 { benchmark.runs = numbers[1] }
  guard benchmark.records > 0, benchmark.runs > 0, numbers.count < 3 else {
    throw BenchmarkFailure("expected [RECORDS [RUNS]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
