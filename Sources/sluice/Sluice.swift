import ArgumentParser
import Runtime

/// The binary: one subcommand a daemon or tool, each in a file of its own that assembles and does nothing else.
@main struct Sluice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Kafka daemons for CQRS: commands into PostgreSQL, changes through Kafka, read models close behind.",
    discussion: """
      EXAMPLES
        sluice up                                        everything on this machine, until Ctrl-C
        sluice demo                                      the whole path, with proof, in a few minutes
        sluice capture --connector connectors/brand.json one connector, to Kafka
        sluice capture --connector brand.json --to stdout  the same, one JSON line a record
        sluice lag                                       how far the read models are behind, live
        sluice doctor --connector brand.json             what would go wrong with it, before it is started
        sluice verify                                    whether the read models are what the write model says

      EXIT CODES
        0 fine, 1 failed, 2 a check found a difference, 64 wrong usage, 78 wrong configuration
      """,
    version: "0.1.0",
    subcommands: [
      UpCommand.self, DownCommand.self, CommandDaemon.self, QueryDaemon.self, CaptureDaemon.self, SyncerDaemon.self, BrokerDaemon.self,
      DemoCommand.self, ConfigCommand.self, DoctorCommand.self, ReplayCommand.self, RebuildCommand.self, LagCommand.self,
      TopicsCommand.self, GroupsCommand.self,
      VerifyCommand.self, DLQCommand.self,
    ])

  private static let daemons: [any ParsableCommand.Type] = [
    CommandDaemon.self, QueryDaemon.self, CaptureDaemon.self, SyncerDaemon.self, BrokerDaemon.self,
  ]

  /// Before anything else, even before its words are read: a daemon ends in order whenever it is told to.
  static func main() async {
    if let word = CommandLine.arguments.dropFirst().first, daemons.contains(where: { $0.configuration.commandName == word }) {
      TerminationRequest.shared.install()
    }
    await main(nil)
  }
}
