import Capture
import Foundation
import Kafka
import Logging
import Runtime

/// Makes the engines of `sluice capture`, by the installation's keys and the connectors' own.
struct CaptureFactory: ConnectorFactory {
  let target: CaptureDaemon.Target
  let stopWhenIdle: Duration?
  let configuration: Configuration
  let logger: Logger
  let environment: [String: String]

  init(target: CaptureDaemon.Target, stopWhenIdle: Duration?, daemon: Daemon) throws {
    self.target = target
    self.stopWhenIdle = stopWhenIdle
    configuration = daemon.configuration
    logger = daemon.logger
    environment = try ConnectorFiles.environment(configuration)
  }

  func parts(_ connector: ConnectorConfiguration, topics: ActiveTopics) throws -> ConnectorParts {
    let sink: any RecordSink
    let offsets: any OffsetStore
    switch target {
    case .kafka:
      let kafka = try KafkaSink(configuration: Brokers.producer(configuration), connector: connector, logger: logger)
      sink = TopicTrackingSink(kafka, topics: topics)
      offsets = try offsetStore(of: connector)
    case .stdout:
      sink = StdoutSink()
      offsets = connector.offsetFile.map { FileOffsetStore(path: $0) } ?? MemoryOffsetStore()
    }
    let options = CaptureOptions(
      stopWhenIdle: stopWhenIdle, shutdownDeadline: configuration[Keys.shutdownDeadline],
      connectDeadline: configuration[Keys.Capture.startTimeout], isStandby: configuration[Keys.Capture.standby],
      transactionsFolder: configuration[Keys.Capture.offsetsFolder] + "/transactions")
    let engine = CaptureEngine(configuration: connector, sink: sink, offsets: offsets, options: options, logger: logger)
    return ConnectorParts(runner: engine, offsets: offsets, topics: topics) { [logger] in
      try await SourcePosition(of: connector, logger: logger)
    }
  }

  /// The topic or file that the connector names, or else a file of its name in capture.offsets_folder.
  private func offsetStore(of connector: ConnectorConfiguration) throws -> any OffsetStore {
    switch connector.offsetStorage {
    case .topic(let topic):
      return KafkaOffsetStore(topic: topic, configuration: try Brokers.producer(configuration), logger: logger)
    case .file(let path): return FileOffsetStore(path: path)
    case nil:
      let folder = configuration[Keys.Capture.offsetsFolder]
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      return FileOffsetStore(path: folder + "/" + connector.name.replacing("/", with: "_") + ".json")
    }
  }
}

extension ConnectorConfiguration {
  /// `offset.storage.file.filename`, where the connector names one.
  fileprivate var offsetFile: String? { if case .file(let path) = offsetStorage { path } else { nil } }
}
