import BenchmarkSupport

// broker-chaos [--kills N] [--seed N]: kill -9 of `sluice broker`, so many times, at random moments under load and while it starts; then all
// that clients were promised is looked for. Exit code 2 where anything is lost, there twice, out of order or spoilt.

let arguments = CommandLine.arguments.dropFirst()
await Benchmark.run("broker-chaos") {
  let options = try CommandOptions(arguments, names: ["kills", "seed"])
  let kills = try options.number("kills", otherwise: 100)
  let seed = try options.number("seed", otherwise: Int.random(in: 1...999_999))
  try await BrokerChaos(seed: UInt64(seed), kills: kills).run()
}
