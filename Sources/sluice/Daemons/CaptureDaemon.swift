import ArgumentParser
import Capture
import Foundation
import HTTP
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

      Kafka Connect's REST API is served at capture.listen: states, pause, resume, stop, restart, offsets. With --worker connectors are also
      made, changed and deleted there; definitions are kept in capture.connectors_folder, and a file that is named here wins over a definition
      of the same name. Without it the process ends with its connectors: 0 when all came to their end, else as the first that failed.

      EXAMPLES
        sluice capture --connector connectors/brand.json
        sluice capture --connectors connectors
        sluice capture --connector brand.json --set snapshot.mode=no_data
        sluice capture --connector brand.json --to stdout | jq .value.after
        sluice capture --worker & connectors/register.sh
        curl -s localhost:8083/connectors?expand=status
        curl -X PUT localhost:8083/connectors/brand/pause
        curl -X PUT localhost:8083/connectors/brand/stop && curl -X DELETE localhost:8083/connectors/brand/offsets
      """)

  @OptionGroup var options: ConnectorOptions
  @Flag(help: "Manage connectors by Kafka Connect's REST API; none has to be named (capture.worker).") var worker = false
  @Option(help: "Stop once everything is sent and nothing came for so many milliseconds.") var stopWhenIdle: Int?
  @Option(name: .customLong("to"), help: "kafka, or stdout: one JSON line a record.") var target: Target = .kafka

  func run() async throws {
    try await Running.reporting("capture") {
      let daemon = try Daemon(name: "capture", configuration: options.load(worker ? ["capture.worker=true"] : []))
      let isManaged = daemon.configuration[Keys.Capture.worker]
      if isManaged, target == .stdout || stopWhenIdle != nil {
        throw ValidationError("--worker goes with neither --to stdout nor --stop-when-idle: connectors come and go by REST")
      }
      let paths = options.paths(daemon.configuration)
      guard isManaged || !paths.isEmpty else {
        throw ValidationError(
          "name a connector file: --connector FILE, --connectors FOLDER or capture.connectors; or --worker, to be given connectors by REST")
      }
      let files = try ConnectorFiles.files(paths, overrides: options.connectorOverrides)
      let worker = try makeWorker(files, daemon, isManaged: isManaged)
      var components: [DaemonRunner.Component] = []
      if target == .kafka {
        components.append(.init("http", daemon.server(Self.server(daemon.configuration), [Self.routes(worker, daemon)])))
      }
      daemon.checkWorker(worker)
      for file in files { daemon.checkCapture(file.name, worker) }
      // Connectors that are asked for their snapshot alone, or to stop when idle, come to an end.
      components.append(.init("connectors", worker, mayFinish: true))
      try await daemon.run(components)
    }
  }

  private func makeWorker(_ files: [ConnectorFile], _ daemon: Daemon, isManaged: Bool) throws -> ConnectorWorker {
    let configuration = daemon.configuration
    let factory = try CaptureFactory(target: target, stopWhenIdle: stopWhenIdle.map { .milliseconds($0) }, daemon: daemon)
    // What is wrong in a file is said before anything listens.
    for file in files {
      _ = try factory.parts(ConnectorConfiguration(file, environment: factory.environment), topics: ActiveTopics())
    }
    return ConnectorWorker(
      definitions: files.map(ConnectorDefinition.init),
      store: isManaged ? try FolderDefinitionStore(folder: configuration[Keys.Capture.connectorsFolder]) : nil, factory: factory,
      options: ConnectorWorkerOptions(
        isManaged: isManaged, workerID: "\(configuration[Keys.Capture.listen])",
        // The engine gives up by itself first.
        stopDeadline: configuration[Keys.shutdownDeadline] + .seconds(5)),
      logger: daemon.logger
    ) { worker, name, isThere in
      if isThere { daemon.checkCapture(name, worker) } else { daemon.health.remove("connector \(name)") }
    }
  }

  private static func server(_ configuration: Configuration) -> HTTPServerConfiguration {
    var result = HTTPServerConfiguration(listen: configuration[Keys.Capture.listen])
    // Kafka Connect's: a stop waits until what was read is delivered.
    result.requestTimeout = .seconds(90)
    return result
  }

  private static func routes(_ worker: ConnectorWorker, _ daemon: Daemon) -> ConnectRoutes {
    let cluster = ClusterIdentity(configuration: daemon.configuration, logger: daemon.logger)
    return ConnectRoutes(worker: worker, levels: daemon.levels, clusterID: { await cluster.id() }, logger: daemon.logger)
  }
}

extension Daemon {
  /// Readiness: the worker has read its definitions.
  func checkWorker(_ worker: ConnectorWorker) {
    health.register("connectors") {
      await worker.isRunning
        ? .up("\(await worker.names.count) defined") : .down("the definitions are not read yet, or the shutdown has begun")
    }
  }

  /// Readiness: the connector streams or takes its snapshot, or was asked not to. Liveness is the process's: a lost connection heals by itself.
  func checkCapture(_ name: String, _ worker: ConnectorWorker) {
    health.register("connector \(name)") {
      guard let status = try? await worker.status(name) else { return .down("not started yet") }
      let retained = status.capture?.retainedWALBytes.map { "; the server retains \($0) bytes of WAL" } ?? ""
      switch status.connector.state {
      case .stopped: return .up("stopped by request; its slot retains WAL")
      case .paused: return .up("paused by request\(retained)")
      case .failed: return .down(status.connector.trace ?? "failed")
      case .running, .restarting, .unassigned: break
      }
      if let trace = status.task?.trace { return .down(trace) }
      guard let capture = status.capture else {
        return status.task?.state == .running ? .up("it has come to its end") : .down("not running")
      }
      let progress = "\(capture.phase.rawValue), \(capture.millisecondsBehindSource) ms behind"
      switch capture.phase {
      case .snapshot where capture.isConnected, .streaming where capture.isConnected: return .up(progress)
      default: return .down(capture.lastFailure.map { "\(progress); \($0)" } ?? progress)
      }
    }
  }
}
