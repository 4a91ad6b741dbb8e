import BenchmarkSupport
import Foundation

// capture-chaos [SEED [KILLS]]: kill -9 of `sluice capture`, so many times at random moments under a mixed load, with restarts of PostgreSQL and
// of the broker in between; then every committed change is looked for in the topic. Exit code 2 where one is missing or out of order.

let arguments = Array(CommandLine.arguments.dropFirst())
await Benchmark.run("capture-chaos") {
  let seed = arguments.count > 0 ? UInt64(arguments[0]) : UInt64.random(in: 1...999_999)
  let kills = arguments.count > 1 ? Int(arguments[1]) : 200
  guard let seed, let kills, kills >= 0, arguments.count < 3 else {
    throw BenchmarkFailure("expected [SEED [KILLS]], numbers", exitCode: 64)
  }
  try await TemporaryFolder.with { folder in try await CaptureChaos(seed: seed, kills: kills, folder: folder).run() }
}
