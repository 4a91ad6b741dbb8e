import Kafka
import Logging

/// Clients that ride through the broker's deaths: they come back within half a second and give up never.
struct ChaosClients: Sendable {
  static let compressions: [ProducerConfiguration.Compression] = [.none, .gzip, .snappy, .lz4, .zstd]

  let servers: String

  private static let returning = ["reconnect.backoff.ms": "20", "reconnect.backoff.max.ms": "500"]

  private var logger: Logger {
    var logger = Logger(label: "broker-chaos")
    // They would speak of every lost connection.
    logger.logLevel = .critical
    return logger
  }

  func producer(compression: ProducerConfiguration.Compression = .none, transactionalID: String? = nil) throws -> Producer {
    var configuration = ProducerConfiguration(
      bootstrapServers: servers, statisticsInterval: .zero, transactionalID: transactionalID, extra: Self.returning)
    configuration.compression = compression
    configuration.deliveryTimeout = .seconds(86_400)
    configuration.enqueueTimeout = .seconds(86_400)
    configuration.transactionTimeout = .seconds(300)
    configuration.queueRecords = 2000
    // librdkafka 2.0 never sends a record that is larger than this, and does not say so.
    configuration.batchBytes = 300_000
    return try Producer(configuration: configuration, logger: logger)
  }

  func consumer(group: String? = nil, isolation: ConsumerConfiguration.Isolation = .readCommitted) throws -> Consumer {
    var configuration = ConsumerConfiguration(
      bootstrapServers: servers, groupID: group, statisticsInterval: .zero,
      extra: Self.returning.merging(["check.crcs": "true"]) { $1 })
    configuration.isolation = isolation
    configuration.sessionTimeout = .seconds(6)
    configuration.heartbeatInterval = .seconds(1)
    configuration.commitTimeout = .seconds(10)
    return try Consumer(configuration: configuration, logger: logger)
  }

  func admin() throws -> Admin {
    try Admin(configuration: AdminConfiguration(bootstrapServers: servers, timeout: .seconds(10), extra: Self.returning), logger: logger)
  }
}
