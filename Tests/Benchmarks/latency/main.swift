import BenchmarkSupport

// latency-bench [CHANGES_PER_SECOND [SECONDS]]: how long after its commit a change is visible in the mirror, at a steady load.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("latency-bench") {
  var benchmark = LatencyBenchmark()
  if numbers.count > 0 { benchmark.changesPerSecond = numbers[0] }
  if numbers.count > 1 { benchmark.seconds = numbers[1] }
  guard benchmark.changesPerSecond > 0, benchmark.seconds > 0, numbers.count < 3 else {
    throw BenchmarkFailure("expected [CHANGES_PER_SECOND [SECONDS]], numbers", exitCode: 64)
  }
  try await benchmark.run()
}
