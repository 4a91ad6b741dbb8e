import BenchmarkSupport
import Foundation

// chaos [SEED [KILLS]]: kill -9 of `sluice capture` and of `sluice syncer`, so many times each, at random moments under load; then everything
// in the write database is compared with the read models. Exit code 2 where anything differs.

let arguments = Array(CommandLine.arguments.dropFirst())
await Benchmark.run("chaos") {
  let seed = arguments.count > 0 ? UInt64(arguments[0]) : UInt64.random(in: 1...999_999)
  let kills = arguments.count > 1 ? Int(arguments[1]) : 20
  guard let seed, let kills, kills >= 0, arguments.count < 3 else {
    throw BenchmarkFailure("expected [SEED [KILLS]], numbers", exitCode: 64)
  }
  try await Chaos(seed: seed, kills: kills).run()
}
