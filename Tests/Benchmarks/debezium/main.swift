import BenchmarkSupport

// debezium-bench [CHANGES [ROWS [RUNS]]]: `sluice capture` beside Debezium's own engine, which writes to the same broker: a backlog of CHANGES,
// and a snapshot of ROWS rows; rate and memory of both.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("debezium-bench") {
  var benchmark = DebeziumBenchmark()
  if numbers.count > 0 { benchmark.backlog = Backlog(changes: numbers[0]) }
  if numbers.count > 1 { benchmark.rows = numbers[1] }
  if numbers.count > 2 { benchmark.runs = numbers[2] }
  guard benchmark.backlog.changes >= 42, benchmark.rows >= 0, benchmark.runs > 0, numbers.count < 4 else {
    throw BenchmarkFailure("expected [CHANGES [ROWS [RUNS]]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
