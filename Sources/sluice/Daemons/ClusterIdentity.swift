import Logging
import Runtime

/// The Kafka cluster's ID, asked for once.
actor ClusterIdentity {
  private let configuration: Configuration
  private let logger: Logger
  private var known: String?

  init(configuration: Configuration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Nil while no broker answers.
  func id() async -> String? {
    if let known { return known }
    known = await Brokers.clusterID(configuration, logger: logger)
    return known
  }
}
