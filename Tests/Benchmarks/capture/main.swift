import BenchmarkSupport

// capture-bench [CHANGES [RUNS [LARGE]]]: how fast `sluice capture` works off a backlog, beside pg_recvlogical writing the same changes to a
// file; then its memory while one transaction of LARGE rows passes.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("capture-bench") {
  var benchmark = CaptureBenchmark()
  if numbers.count > 0 { benchmark.backlog = Backlog(changes: numbers[0]) }
  if numbers.count > 1 { benchmark.runs = numbers[1] }
  if numbers.count > 2 { benchmark.largeTransaction = numbers[2] }
  guard benchmark.backlog.changes >= 42, benchmark.runs > 0, benchmark.largeTransaction >= 0, numbers.count < 4 else {
    throw BenchmarkFailure("expected [CHANGES [RUNS [LARGE]]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
