import BenchmarkSupport
import Foundation

// chaos [SEED [ROUNDS]]: rounds of faults under load; after each everything in the write database is compared with the read models, and what
// handlers have done is looked through. Exit code 2 where anything is not as it should be.
// chaos member …: the process with handlers, which the experiment starts itself.

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "member" {
  // Not as a benchmark: signals are the daemon's.
  do {
    try await HandlersMember(arguments: Array(arguments.dropFirst())).run()
    exit(0)
  } catch {
    Benchmark.say("member: \(error)")
    exit((error as? BenchmarkFailure)?.exitCode ?? 1)
  }
}
await Benchmark.run("chaos") {
  let seed = arguments.count > 0 ? UInt64(arguments[0]) : UInt64.random(in: 1...999_999)
  let rounds = arguments.count > 1 ? Int(arguments[1]) : 300
  guard let seed, let rounds, rounds > 0, arguments.count < 3 else {
    throw BenchmarkFailure("expected [SEED [ROUNDS]], numbers", exitCode: 64)
  }
  try await Chaos(seed: seed, rounds: rounds).run()
}
