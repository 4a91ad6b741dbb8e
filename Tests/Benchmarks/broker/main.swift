import BenchmarkSupport

// broker-bench [--gigabytes N] [--runs N] [--records N] [--partitions N]: records a second in and out of `sluice broker`, how long a record
// waits for its acknowledgement, its memory and its start with so many gigabytes on disk; beside it what librdkafka's mock cluster, a broker
// in C that keeps everything in memory, does with the same clients.

let arguments = CommandLine.arguments.dropFirst()
await Benchmark.run("broker-bench") {
  let options = try CommandOptions(arguments, names: ["gigabytes", "runs", "records", "partitions"])
  var benchmark = BrokerBenchmark()
  benchmark.gigabytes = try options.number("gigabytes", otherwise: benchmark.gigabytes)
  benchmark.runs = try options.number("runs", otherwise: benchmark.runs)
  benchmark.records = try options.number("records", otherwise: benchmark.records)
  benchmark.partitions = try options.number("partitions", otherwise: benchmark.partitions)
  try await benchmark.run()
}
