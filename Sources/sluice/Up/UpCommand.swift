import ArgumentParser
import Foundation
import Logging
import Runtime

/// `sluice up`: PostgreSQL, a broker and every daemon on this machine.
struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "PostgreSQL, a broker and every daemon on this machine, until Ctrl-C.",
    discussion: """
      PostgreSQL and the broker keep their data in the data folder (up.data_folder); or the server of write.database is used (up.postgres:
      external), or the cluster of kafka.bootstrap_servers (up.broker: external).

      EXAMPLES
        sluice up
        sluice up --set up.data_folder=/var/lib/sluice --set command.listen=127.0.0.1:9080
        sluice up --set up.broker=external --set kafka.bootstrap_servers=127.0.0.1:9092
      """)

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Running.reporting("up") {
      let configuration = try options.load()
      LoggingSetup.bootstrap(level: configuration[Keys.Log.level], format: configuration[Keys.Log.format])
      let up = Up(configuration: configuration, passOn: options)
      let running = Task { try await up.run() }
      let signals = TerminationSignals { running.cancel() }
      defer { signals.stop() }
      try await running.value
    }
  }
}
