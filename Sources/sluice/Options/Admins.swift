import Foundation
import Kafka
import Logging
import Runtime

/// Clients for tools: quiet ones, whose findings are the output.
enum Admins {
  /// What tools log on standard error: warnings.
  static func logger(_ name: String, _ configuration: Configuration) -> Logger {
    LoggingSetup.bootstrap(level: .warning, format: configuration[Keys.Log.format], levels: LogLevels(configured: .warning))
    return Logger(label: "sluice.\(name)")
  }

  /// A client that looks after the cluster of the configuration.
  static func admin(_ configuration: Configuration, timeout: Duration = .seconds(10), logger: Logger) throws -> Admin {
    let producer = try Brokers.producer(configuration)
    return try Admin(
      configuration: AdminConfiguration(
        bootstrapServers: producer.bootstrapServers, clientID: producer.clientID, security: producer.security, timeout: timeout,
        extra: producer.extra),
      logger: logger)
  }

  /// Prints a value as JSON with sorted keys.
  static func json(_ value: some Encodable, isPretty: Bool = true) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// One line on standard error.
  static func note(_ command: String, _ text: String) {
    FileHandle.standardError.write(Data("sluice \(command): \(text)\n".utf8))
  }
}
