import ArgumentParser
import Broker
import Foundation
import HTTP
import Kafka
import Logging
import Runtime
import ServiceLifecycle

/// `sluice broker`: a durable single-node log that speaks Kafka's protocol.
struct BrokerDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broker", abstract: "A durable single-node broker that speaks Kafka's protocol.",
    discussion: """
      For development, tests and installations on one machine. One replica, no authentication: it listens on loopback unless told
      otherwise. Whoever outgrows one machine points kafka.bootstrap_servers at Apache Kafka and changes nothing else.

      EXAMPLES
        sluice broker --data /var/lib/sluice/broker --listen 127.0.0.1:9092
        sluice broker --topic orders --topic products --partitions 12
        sluice broker --set broker.fsync=every-batch
        sluice broker --print-protocol | less
        kcat -b 127.0.0.1:9092 -L
      """)

  @OptionGroup var options: InstallationOptions

  @Option(help: "The folder of topics, groups and transactions (broker.data_folder).") var data: String?
  @Option(help: "Address and port for clients; port 0 takes a free one (broker.listen).") var listen: String?
  @Option(help: "Address and port of metrics and health (broker.http_listen).") var httpListen: String?

  @Option(name: .customLong("topic"), help: "A topic to make where it is missing; may be repeated.")
  var topics: [String] = []

  @Option(help: "Partitions of these topics, and of others whose creator does not say (broker.default_partitions).")
  var partitions: Int?

  @Option(help: "A file that receives the bootstrap address once it serves.")
  var addressFile: String?

  @Flag(help: "Print every API, version and field that the broker speaks, and end.")
  var printProtocol = false

  func run() async throws {
    if printProtocol {
      for line in BrokerProtocol.table { print(line) }
      return
    }
    try await Running.reporting("broker") {
      let daemon = try Daemon(name: "broker", configuration: options.load(flags))
      let settings = settings(daemon.configuration)
      for (name, help) in BrokerMetricNames.help { daemon.metrics.describe(name, help: help, buckets: nil) }
      let server = BrokerServer(settings: settings, topics: topics, logger: daemon.logger) { [addressFile] address in
        // Whoever waits for this file may connect as soon as it is there.
        if let addressFile { try? Data(address.utf8).write(to: URL(fileURLWithPath: addressFile), options: .atomic) }
        // Not print: into a file or a pipe that would come with the end.
        FileHandle.standardOutput.write(Data("sluice broker: serving \(address), data in \(settings.dataFolder)\n".utf8))
      }
      daemon.metrics.onCollect("broker") { await server.sampleMetrics() }
      daemon.health.register("broker") { server.isServing ? .up("it serves") : .down("it does not serve yet, or not any more") }
      let http = daemon.server(HTTPServerConfiguration(listen: daemon.configuration[Keys.Broker.httpListen]))
      try await daemon.run([.init("http", http), .init("broker", server)])
    }
  }

  private var flags: [String] {
    var result: [String] = []
    if let data { result.append("broker.data_folder=\(data)") }
    if let listen { result.append("broker.listen=\(listen)") }
    if let httpListen { result.append("broker.http_listen=\(httpListen)") }
    if let partitions { result.append("broker.default_partitions=\(partitions)") }
    return result
  }

  private func settings(_ c: Configuration) -> BrokerSettings {
    var settings = BrokerSettings()
    settings.dataFolder = c[Keys.Broker.dataFolder]
    settings.listenHost = c[Keys.Broker.listen].host
    settings.listenPort = c[Keys.Broker.listen].port
    settings.advertisedHost = c[Keys.Broker.advertise]?.host ?? c[Keys.Broker.listen].host
    settings.advertisedPort = Int32(c[Keys.Broker.advertise]?.port ?? 0)
    settings.fsync =
      switch c[Keys.Broker.fsync] {
      case .everyBatch: .everyBatch
      case .interval: .interval(milliseconds: Int64(c[Keys.Broker.fsyncInterval] / .milliseconds(1)))
      case .os: .os
      }
    settings.numPartitions = Int32(c[Keys.Broker.defaultPartitions])
    settings.autoCreateTopics = c[Keys.Broker.autoCreateTopics]
    settings.maxPartitions = c[Keys.Broker.maxPartitions]
    settings.maxConnections = c[Keys.Broker.maxConnections]
    settings.maxRequestBytes = c[Keys.Broker.maxRequestBytes].bytes
    settings.groupInitialRebalanceDelayMillis = Int32(c[Keys.Broker.rebalanceDelay] / .milliseconds(1))
    settings.retentionCheckIntervalMillis = Int64(c[Keys.Broker.retentionInterval] / .milliseconds(1))
    settings.topicDefaults = c[Keys.Broker.topicDefaults]
    return settings
  }
}
