import Foundation
import Kafka
import Logging
import Runtime

/// Clients for tools: quiet ones, whose findings are the output.
enum Admins {
  /// What libraries say on the way is not logged: what went wrong is the one line that a tool ends with.
  static func logger(_ name: String) -> Logger {
    Logger(label: "sluice.\(name)") { _ in SwiftLogNoOpLogHandler() }
  }

  /// Runs what asks brokers, and says so in plain words where none answers.
  static func asking<Answer>(_ configuration: Configuration, _ body: () async throws -> Answer) async throws -> Answer {
    do { return try await body() } catch let error as KafkaError
      where [.transport, .allBrokersDown, .timedOut, .timedOutQueue, .resolve].contains(error.code)
    {
      let servers = configuration[Keys.Kafka.bootstrapServers]
      throw ToolError("no broker answers at \(servers) (kafka.bootstrap_servers): \(error)")
    }
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
