import ArgumentParser
import Runtime

/// What the subcommands over connector files take: which files, and what to change in them or in the installation.
struct ConnectorOptions: ParsableArguments {
  @Option(name: .long, help: "The installation's configuration (default: $SLUICE_CONFIG, then sluice.yaml here, then defaults).")
  var config: String?
  @Option(name: .customLong("connector"), help: "A connector file; may be repeated (capture.connectors).") var connector: [String] = []
  @Option(name: .customLong("connectors"), help: "A folder of connector files.") var folder: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change one key of the connectors, or of the installation (capture.listen=…).", valueName: "key=value"))
  var overrides: [String] = []

  private static let own = Set(Keys.all.map(\.name))
  private static func isOfInstallation(_ setting: String) -> Bool {
    own.contains(String(setting.prefix { $0 != "=" })) || setting.hasPrefix("kafka.extra.")
  }

  /// Those of `overrides` that are the connectors'.
  var connectorOverrides: [String] { overrides.filter { !Self.isOfInstallation($0) } }

  /// Loads and checks the installation's configuration, with the flags of the subcommand as further overrides.
  func load(_ more: [String] = []) throws -> Configuration {
    let installation = overrides.filter(Self.isOfInstallation).flatMap { ["--set", $0] }
    return try InstallationOptions.parse((config.map { ["--config", $0] } ?? []) + installation).load(more)
  }

  /// The files and folders that the command line names, else those of `capture.connectors`.
  func paths(_ configuration: Configuration) -> [String] {
    let named = connector + (folder.map { [$0] } ?? [])
    return named.isEmpty ? configuration[Keys.Capture.connectors] : named
  }
}
