import ArgumentParser
import Capture
import Foundation
import HTTP
import Kafka
import Logging
import Runtime
import ServiceLifecycle

/// `sluice capture`: PostgreSQL's WAL into Kafka, by Debezium's connector files.
struct CaptureDaemon: AsyncParsableCommand {
  /// Where records go.
  enum Target: String, ExpressibleByArgument, CaseIterable {
    case kafka
    case stdout
  }

  static let configuration = CommandConfiguration(
    commandName: "capture", abstract: "Capture tables from PostgreSQL's WAL as Debezium envelopes.",
    discussion: """
      Takes the connector files that Kafka Connect takes. A key that is unknown, or whose value cannot be honoured, stops the start.

      EXAMPLES
        sluice capture --connector connectors/brand.json
        sluice capture --connectors connectors
        sluice capture --connector brand.json --set snapshot.mode=no_data
        sluice capture --connector brand.json --to stdout | jq .value.after
      """)

  @Option(name: .long, help: "The installation's configuration (default: $SLUICE_CONFIG, then sluice.yaml here, then defaults).")
  var config: String?
  @Option(name: .customLong("connector"), help: "A connector file; may be repeated (capture.connectors).") var connector: [String] = []
  @Option(name: .customLong("connectors"), help: "A folder of connector files.") var folder: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Change one key of the connectors, or of the installation (capture.listen=…).", valueName: "key=value"))
  var overrides: [String] = []
  @Option(help: "Stop once everything is sent and nothing came for so many milliseconds.") var stopWhenIdle: Int?
  @Option(name: .customLong("to"), help: "kafka, or stdout: one JSON line a record.") var target: Target = .kafka

  func run() async throws {
    HeapArenas.limit(to: 2)
    try await Running.reporting("capture") {
      let own = Set(Keys.all.map(\.name))
      let installation = overrides.filter { own.contains(String($0.prefix { $0 != "=" })) || $0.hasPrefix("kafka.extra.") }
      let options = try InstallationOptions.parse((config.map { ["--config", $0] } ?? []) + installation.flatMap { ["--set", $0] })
      let daemon = try Daemon(name: "capture", configuration: options.load())
      var paths = connector + (folder.map { [$0] } ?? [])
      if paths.isEmpty { paths = daemon.configuration[Keys.Capture.connectors] }
      guard !paths.isEmpty else {
        throw ValidationError("name a connector file: --connector FILE, --connectors FOLDER or capture.connectors")
      }
      let connectors = try ConnectorFiles.load(
        paths, overrides: overrides.filter { !installation.contains($0) }, configuration: daemon.configuration)
      var components: [DaemonRunner.Component] = []
      if target == .kafka {
        components.append(.init("http", daemon.server(HTTPServerConfiguration(listen: daemon.configuration[Keys.Capture.listen]))))
      }
      let engines = try connectors.map { connector in
        let engine = try engine(connector, daemon)
        daemon.checkCapture(connector.name, engine)
        return engine
      }
      // Connectors that are asked for their snapshot alone, or to stop when idle, come to an end.
      components.append(.init("connectors", ConnectorGroup(engines: engines), mayFinish: true))
      try await daemon.run(components)
    }
  }

  private func engine(_ connector: ConnectorConfiguration, _ daemon: Daemon) throws -> CaptureEngine {
    let sink: any RecordSink
    let offsets: any OffsetStore
    switch target {
    case .kafka:
      sink = try KafkaSink(configuration: Brokers.producer(daemon.configuration), connector: connector, logger: daemon.logger)
      offsets = try offsetStore(of: connector, daemon)
    case .stdout:
      sink = StdoutSink()
      offsets = connector.offsetFile.map { FileOffsetStore(path: $0) } ?? MemoryOffsetStore()
    }
    let options = CaptureOptions(
      stopWhenIdle: stopWhenIdle.map { .milliseconds($0) }, shutdownDeadline: daemon.configuration[Keys.shutdownDeadline],
      isStandby: daemon.configuration[Keys.Capture.standby],
      transactionsFolder: daemon.configuration[Keys.Capture.offsetsFolder] + "/transactions")
    return CaptureEngine(configuration: connector, sink: sink, offsets: offsets, options: options, logger: daemon.logger)
  }

  /// The topic or file that the connector names, or else a file of its name in capture.offsets_folder.
  private func offsetStore(of connector: ConnectorConfiguration, _ daemon: Daemon) throws -> any OffsetStore {
    switch connector.offsetStorage {
    case .topic(let topic):
      return KafkaOffsetStore(topic: topic, configuration: try Brokers.producer(daemon.configuration), logger: daemon.logger)
    case .file(let path): return FileOffsetStore(path: path)
    case nil:
      let folder = daemon.configuration[Keys.Capture.offsetsFolder]
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      return FileOffsetStore(path: folder + "/" + connector.name.replacing("/", with: "_") + ".json")
    }
  }
}

extension ConnectorConfiguration {
  /// `offset.storage.file.filename`, where the connector names one.
  fileprivate var offsetFile: String? { if case .file(let path) = offsetStorage { path } else { nil } }
}

extension Daemon {
  /// Readiness: the connector streams or takes its snapshot. Liveness is the process's: a lost connection heals by itself.
  func checkCapture(_ name: String, _ engine: CaptureEngine) {
    health.register("connector \(name)") {
      let status = engine.status
      let progress = "\(status.phase.rawValue), \(status.millisecondsBehindSource) ms behind"
      switch status.phase {
      case .snapshot where status.isConnected, .streaming where status.isConnected: return .up(progress)
      default: return .down(status.lastFailure.map { "\(progress); \($0)" } ?? progress)
      }
    }
  }
}
