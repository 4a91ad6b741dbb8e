import BenchmarkSupport

// malformed-bench [RECORDS [MALFORMED [RUNS]]]: RECORDS good changes alone and with MALFORMED records of twenty kinds between them: how fast
// `sluice syncer` works off each, and whether every malformed record is in the dead-letter topic with its reason.

let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
await Benchmark.run("malformed-bench") {
  var benchmark = MalformedBenchmark()
  if numbers.count > 0 { benchmark.records = numbers[0] }
  if numbers.count > 1 { benchmark.malformed = numbers[1] }
  if numbers.count > 2 { benchmark.runs = numbers[2] }
  guard benchmark.malformed > 0, benchmark.records >= benchmark.malformed * 2, benchmark.runs > 0, numbers.count < 4 else {
    throw BenchmarkFailure("expected [RECORDS [MALFORMED [RUNS]]], numbers, twice as many records as malformed ones", exitCode: 64)
  }
  try await benchmark.run()
}
