import ArgumentParser
import Foundation
import Runtime

/// What every subcommand takes: where the configuration is, and what to change in it.
struct InstallationOptions: ParsableArguments {
  @Option(name: .long, help: "The installation's configuration (default: $SLUICE_CONFIG, then sluice.yaml here, then defaults).")
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change one key, as in --set syncer.batch_size=500. May be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  /// Loads and checks the configuration, with the flags of the subcommand as further overrides.
  func load(_ more: [String] = []) throws(ConfigurationError) -> Configuration {
    try ConfigurationLoader.load(
      file: config, environment: ProcessInfo.processInfo.environment, overrides: overrides + more)
  }
}
