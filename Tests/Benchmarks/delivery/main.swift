import BenchmarkSupport

// delivery-bench [CHANGES PER SECOND [SECONDS [RUNS]]]: from a commit in PostgreSQL to its record in a consumer's hands, at a steady load.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("delivery-bench") {
  var benchmark = DeliveryBenchmark()
  if numbers.count > 0 { benchmark.changesPerSecond = numbers[0] }
  if numbers.count > 1 { benchmark.seconds = numbers[1] }
  if numbers.count > 2 { benchmark.runs = numbers[2] }
  guard benchmark.changesPerSecond > 0, benchmark.seconds > 0, benchmark.runs > 0, numbers.count < 4 else {
    throw BenchmarkFailure("expected [CHANGES PER SECOND [SECONDS [RUNS]]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
