import Kafka
import Logging
import Runtime

/// From the configuration's keys to Kafka clients.
enum Brokers {
  static func producer(_ configuration: Configuration) throws -> ProducerConfiguration {
    var result = ProducerConfiguration(bootstrapServers: configuration[Keys.Kafka.bootstrapServers])
    result.clientID = configuration[Keys.Kafka.clientID]
    result.security = try security(configuration)
    result.extra = configuration[Keys.Kafka.extra]
    return result
  }

  static func consumer(_ configuration: Configuration, group: String) throws -> ConsumerConfiguration {
    var result = ConsumerConfiguration(bootstrapServers: configuration[Keys.Kafka.bootstrapServers], groupID: group)
    result.clientID = configuration[Keys.Kafka.clientID]
    result.security = try security(configuration)
    result.extra = configuration[Keys.Kafka.extra]
    return result
  }

  /// The ID of the cluster; nil when no broker answers in time.
  static func clusterID(_ configuration: Configuration, logger: Logger) async -> String? {
    guard let producer = try? producer(configuration) else { return nil }
    let admin = try? Admin(
      configuration: AdminConfiguration(
        bootstrapServers: producer.bootstrapServers, clientID: producer.clientID, security: producer.security, timeout: .seconds(5)),
      logger: logger)
    return try? await admin?.describeCluster().id
  }

  private static func security(_ configuration: Configuration) throws -> SecurityConfiguration {
    let wanted = configuration[Keys.Kafka.securityProtocol]
    var result = SecurityConfiguration.plaintext
    if wanted == .ssl || wanted == .saslSSL {
      result.tls = TLSConfiguration(
        authorities: configuration[Keys.Kafka.caFile].map { .file($0) },
        certificate: configuration[Keys.Kafka.certificateFile].map { .file($0) },
        privateKey: configuration[Keys.Kafka.keyFile].map { .file($0) })
    }
    guard wanted.usesSASL else { return result }
    let user = try configuration.require(Keys.Kafka.username, because: "for \(wanted.rawValue)")
    guard let password = try configuration.secret(Keys.Kafka.password, orFile: Keys.Kafka.passwordFile)?.exposed else {
      throw ConfigurationError(configuration.problem(Keys.Kafka.password, "is needed for \(wanted.rawValue): set it or password_file"))
    }
    result.sasl =
      switch try configuration.require(Keys.Kafka.saslMechanism, because: "for \(wanted.rawValue)") {
      case .plain: .plain(username: user, password: password)
      case .scramSHA256: .scramSHA256(username: user, password: password)
      case .scramSHA512: .scramSHA512(username: user, password: password)
      }
    return result
  }
}
