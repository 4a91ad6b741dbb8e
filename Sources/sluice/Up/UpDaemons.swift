import Foundation
import Logging
import Postgres
import Runtime

/// The child processes of `sluice up`, in the order in which they start.
struct UpDaemons: Sendable {
  private let configuration: Configuration
  private let folder: UpFolder
  private let databases: UpDatabases
  /// `--config` and `--set` of this process, which every daemon is given, too.
  private let flags: [String]
  private let report: @Sendable (String) -> Void
  /// Where the local broker listens, also after it was started again; nil where the broker is not ours.
  private let brokerListen: HostPort?

  /// - Throws: where no port is free for the broker.
  init(
    configuration: Configuration, folder: UpFolder, databases: UpDatabases, flags: [String], report: @escaping @Sendable (String) -> Void
  ) throws {
    self.configuration = configuration
    self.folder = folder
    self.databases = databases
    self.flags = flags
    self.report = report
    guard configuration[Keys.Up.broker] == .local else {
      brokerListen = nil
      return
    }
    let port = configuration[Keys.Up.brokerPort]
    brokerListen = HostPort(host: "127.0.0.1", port: port == 0 ? try LoopbackPort.free() : port)
  }

  /// The broker where it is ours, then who serves before who asks: stopping in the reverse order, commands end first and the broker last.
  var components: [SupervisedComponent] {
    var result: [SupervisedComponent] = []
    if let brokerListen {
      var arguments = ["broker", "--data", folder.broker.path, "--listen", "\(brokerListen)", "--address-file", folder.brokerAddress.path]
      arguments += ["--partitions", "\(configuration[Keys.Up.partitions])"]
      arguments += (SampleShop.topics + configuration[Keys.Up.topics]).flatMap { ["--topic", $0] }
      result.append(daemon("broker", arguments, Keys.Broker.httpListen))
    }
    result.append(daemon("syncer", ["syncer"] + syncerFlags, Keys.Syncer.listen))
    result.append(daemon("query", ["query"], Keys.Query.http.listen))
    result.append(daemon("capture", ["capture"] + captureFlags, Keys.Capture.listen))
    result.append(daemon("command", ["command"], Keys.Command.http.listen))
    return result
  }

  /// Where everything is.
  func installation() -> RunningInstallation {
    RunningInstallation(
      processID: getpid(), bootstrapServers: bootstrapServers, command: "\(configuration[Keys.Command.http.listen])",
      query: "\(configuration[Keys.Query.http.listen])", capture: "\(configuration[Keys.Capture.listen])",
      syncer: "\(configuration[Keys.Syncer.listen])", postgresHost: databases.write.host, postgresPort: databases.write.port,
      postgresUser: databases.write.user)
  }

  /// Tells a person where everything is.
  func announce() {
    report(
      "commands http://\(configuration[Keys.Command.http.listen])/v1/commands/{name}, queries http://\(configuration[Keys.Query.http.listen])/v1/products"
    )
    report("logs in \(folder.logs.path); Ctrl-C stops everything in order")
  }

  private func daemon(_ name: String, _ arguments: [String], _ listen: ConfigurationKey<HostPort>) -> SupervisedComponent {
    let probe = HTTPProbe(address: configuration[listen].description)
    return SupervisedComponent(
      process: process(name, arguments), startDeadline: configuration[Keys.Up.readyTimeout],
      stopDeadline: configuration[Keys.shutdownDeadline] + .seconds(5)
    ) { await probe.isReady() }
  }

  private func process(_ name: String, _ arguments: [String]) -> ManagedProcess {
    ManagedProcess(
      name: name, executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath(), arguments: arguments + flags,
      logFile: folder.logs.appendingPathComponent("\(name).log")
    ) { [self] in name == "broker" ? [:] : try environment() }
  }

  /// What the daemons cannot know from the configuration: the local servers' ports and the password that was made for them.
  private func environment() throws -> [String: String] {
    var result = [Keys.Kafka.bootstrapServers.environmentName: bootstrapServers]
    for (keys, database) in [(Keys.Write.database, databases.write), (Keys.Read.database, databases.read)] {
      result[keys.host.environmentName] = database.host
      result[keys.port.environmentName] = String(database.port)
      result[keys.user.environmentName] = database.user
      result[keys.database.environmentName] = database.database
      result[keys.password.environmentName] = database.password?.reveal()
    }
    return result
  }

  private var bootstrapServers: String {
    brokerListen.map { "\($0)" } ?? configuration[Keys.Kafka.bootstrapServers]
  }

  private var captureFlags: [String] {
    // On one machine a status update is cheap, and WAL that is not needed any more goes sooner.
    // A worker, so that connectors are also registered by REST (`make connectors`), each installation with definitions of its own.
    ["--worker", "--set", "capture.connectors_folder=\(folder.connectors.path)"]
      + ["--set", "capture.offsets_folder=\(folder.offsets.path)", "--set", "status.update.interval.ms=1000"]
      + (configuration[Keys.Capture.connectors].isEmpty ? SampleShop.connectors.flatMap { ["--connector", $0] } : [])
  }

  /// Without a configuration of one's own, what runs is the sample shop.
  private var syncerFlags: [String] {
    var result: [String] = []
    if configuration[Keys.Syncer.mirrors].isEmpty { for file in SampleShop.connectors { result += ["--mirror", file] } }
    if configuration[Keys.Syncer.topics].isEmpty {
      for topic in SampleShop.topics { result += ["--topic", topic] }
    }
    return result
  }
}
