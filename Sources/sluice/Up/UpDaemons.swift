import Foundation
import Logging
import Postgres
import Runtime

/// The child processes of `sluice up`, in the order in which they start.
struct UpDaemons: Sendable {
  let configuration: Configuration
  let folder: UpFolder
  let databases: UpDatabases
  /// `--config` and `--set` of this process, which every daemon is given, too.
  let flags: [String]
  let report: @Sendable (String) -> Void

  private var hasLocalBroker: Bool { configuration[Keys.Up.broker] == .local }

  /// The broker where it is ours, then who serves before who asks: stopping in the reverse order, commands end first and the broker last.
  var components: [SupervisedComponent] {
    var result: [SupervisedComponent] = []
    if hasLocalBroker {
      let address = folder.brokerAddress
      let process = process(
        "broker",
        ["broker", "--address-file", address.path] + (SampleShop.topics + configuration[Keys.Up.topics]).flatMap { ["--topic", $0] })
      result.append(SupervisedComponent(process: process, mayRestart: false) { FileManager.default.fileExists(atPath: address.path) })
    }
    let syncer = HTTPProbe(address: configuration[Keys.Syncer.listen].description)
    result.append(
      daemon("syncer", ["syncer"] + syncerFlags, Keys.Syncer.listen, beforeStop: { [self] in if hasLocalBroker { await drain(syncer) } }))
    result.append(daemon("query", ["query"], Keys.Query.http.listen))
    result.append(daemon("capture", ["capture"] + captureFlags, Keys.Capture.listen))
    result.append(daemon("command", ["command"], Keys.Command.http.listen))
    return result
  }

  /// Where everything is. The broker must run.
  func installation() throws -> RunningInstallation {
    RunningInstallation(
      processID: getpid(), bootstrapServers: try bootstrapServers(), command: "\(configuration[Keys.Command.http.listen])",
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

  private func daemon(
    _ name: String, _ arguments: [String], _ listen: ConfigurationKey<HostPort>, beforeStop: @escaping @Sendable () async -> Void = {}
  ) -> SupervisedComponent {
    let probe = HTTPProbe(address: configuration[listen].description)
    return SupervisedComponent(
      process: process(name, arguments), startDeadline: configuration[Keys.Up.readyTimeout],
      stopDeadline: configuration[Keys.shutdownDeadline] + .seconds(5), beforeStop: beforeStop
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
    var result = [Keys.Kafka.bootstrapServers.environmentName: try bootstrapServers()]
    // The mock cluster holds a request for records for its whole time once it has begun to wait, also when records come meanwhile.
    if hasLocalBroker { result[Keys.Syncer.fetchWait.environmentName] = "20ms" }
    for (keys, database) in [(Keys.Write.database, databases.write), (Keys.Read.database, databases.read)] {
      result[keys.host.environmentName] = database.host
      result[keys.port.environmentName] = String(database.port)
      result[keys.user.environmentName] = database.user
      result[keys.database.environmentName] = database.database
      result[keys.password.environmentName] = database.password?.reveal()
    }
    return result
  }

  private func bootstrapServers() throws -> String {
    guard hasLocalBroker else { return configuration[Keys.Kafka.bootstrapServers] }
    return try String(contentsOf: folder.brokerAddress, encoding: .utf8)
  }

  private var captureFlags: [String] {
    // On one machine a status update is cheap, and WAL that is not needed any more goes sooner.
    ["--set", "capture.offsets_folder=\(folder.offsets.path)", "--set", "status.update.interval.ms=1000"]
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

  /// The local broker forgets everything when it ends: what was captured is applied before that, within 30 s.
  private func drain(_ syncer: HTTPProbe) async {
    let deadline = ContinuousClock.now + .seconds(30)
    // Lag is measured once a second: only a zero that lasts was measured after the last record came.
    var zeroSince: ContinuousClock.Instant?
    while ContinuousClock.now < deadline {
      zeroSince = await syncer.totalLag() == 0 ? zeroSince ?? .now : nil
      if let zeroSince, zeroSince.duration(to: .now) > .milliseconds(2500) {
        try? FileManager.default.removeItem(at: folder.undrained)
        return
      }
      try? await Task.sleep(for: .milliseconds(100))
    }
    report("the read models have not caught up within 30 s; they are built anew at the next start")
  }
}
