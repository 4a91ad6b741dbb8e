import ArgumentParser
import Foundation
import Logging
import Runtime

/// `sluice demo`: the whole path with proof at its end.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "The whole path on this machine: commands in, read models out, everything compared.",
    discussion: """
      Starts an installation of its own (free ports, a data folder of its own), loads the sample catalogue, sends commands from several
      clients, waits until the read models have caught up and compares them with the write model; then runs pgbench against the captured
      database and compares its tables with their mirrors. Exit code 0 only if nothing differs, 2 if something does.

      EXAMPLES
        sluice demo
        sluice demo --clients 16 --commands 1000 --rate 0 --json
      """)

  @Option(help: "Clients that send commands at the same time.") var clients = 8
  @Option(help: "Commands that each client sends.") var commands = 500
  @Option(help: "Commands a second, over all clients; 0 sends as fast as answers come, and shows what latency is under overload.")
  var rate = 250
  @Option(help: "Seconds that pgbench runs; 0 leaves it out.") var pgbenchSeconds = 10
  @Option(help: "The data folder; emptied first.") var data = ".sluice/demo"
  @Flag(help: "Print the result as JSON.") var json = false

  func run() async throws {
    try await Running.reporting("demo") {
      LoggingSetup.bootstrap(level: .warning, format: .text)
      let demo = Demo(
        installation: try DemoInstallation(folder: data), clients: clients, commandsPerClient: commands, rate: rate,
        pgbenchSeconds: pgbenchSeconds)
      let running = Task { try await demo.run() }
      let signals = TerminationSignals { running.cancel() }
      defer { signals.stop() }
      let result = try await running.value
      print(json ? try result.json() : result.table)
      if result.differences > 0 || result.unexpectedAnswers > 0 { throw ArgumentParser.ExitCode(Runtime.ExitCode.difference.rawValue) }
    }
  }
}
