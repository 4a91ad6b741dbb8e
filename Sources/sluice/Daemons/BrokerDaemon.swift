import ArgumentParser
import Foundation
import Kafka
import Logging
import Runtime
import ServiceLifecycle

/// `sluice broker`: until the embedded broker is there, librdkafka's mock cluster in a process of its own.
struct BrokerDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broker", abstract: "A broker on loopback for `sluice up`, the demo and tests; in memory.",
    discussion: """
      This is librdkafka's mock cluster: it speaks Kafka's protocol and keeps at most 5 MB or 100,000 records a partition, in memory. It has
      no admin calls and loses everything when it ends. Use Apache Kafka for anything that matters.

      EXAMPLES
        sluice broker
        sluice broker --topic orders --topic products --partitions 12
      """)

  @OptionGroup var options: InstallationOptions

  @Option(name: .customLong("topic"), help: "A topic to make; may be repeated. Others are made when clients use them, with 4 partitions.")
  var topics: [String] = []

  @Option(help: "Partitions of these topics (default: up.partitions).")
  var partitions: Int?

  @Option(help: "A file that receives the bootstrap address once it serves.")
  var addressFile: String?

  func run() async throws {
    try await Running.reporting("broker") {
      let daemon = try Daemon(name: "broker", configuration: options.load())
      let count = partitions ?? daemon.configuration[Keys.Up.partitions]
      let cluster = try MockCluster(brokers: 1)
      for topic in topics { try cluster.createTopic(topic, partitions: count, replicationFactor: 1) }
      print("sluice broker: \(cluster.bootstrapServers), in memory; other topics get \(MockCluster.defaultPartitions) partitions")
      if let addressFile {
        try Data(cluster.bootstrapServers.utf8).write(to: URL(fileURLWithPath: addressFile), options: .atomic)
      }
      try await daemon.run([.init("broker", Waiting())])
      // The cluster serves as long as it is referenced.
      withExtendedLifetime(cluster) {}
    }
  }

  /// Does nothing until it is asked to stop.
  private struct Waiting: Service {
    func run() async throws { try await gracefulShutdown() }
  }
}
