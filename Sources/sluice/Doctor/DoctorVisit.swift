import Capture
import Foundation
import Kafka
import Logging
import Runtime

/// A doctor over what an installation and a connector file say.
struct DoctorVisit {
  let configuration: Configuration
  let connector: ConnectorConfiguration

  func run() async -> DoctorReport {
    // Findings are the output; what libraries log on the way is not.
    var logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    do {
      let producer = try Brokers.producer(configuration)
      return await Doctor(configuration: connector, producer: producer, offsets: offsets(producer, logger), logger: logger).run()
    } catch {
      return DoctorReport(connector: connector.name, findings: [Finding("kafka configuration", .error, Running.line(error))])
    }
  }

  /// Read only: a file that is not there is not made.
  private func offsets(_ producer: ProducerConfiguration, _ logger: Logger) -> (any OffsetStore)? {
    switch connector.offsetStorage {
    case .file(let path): return FileOffsetStore(path: path)
    // Reading it would make the topic.
    case .topic: return nil
    case nil:
      let path = configuration[Keys.Capture.offsetsFolder] + "/" + connector.name.replacing("/", with: "_") + ".json"
      return FileManager.default.fileExists(atPath: path) ? FileOffsetStore(path: path) : nil
    }
  }
}
