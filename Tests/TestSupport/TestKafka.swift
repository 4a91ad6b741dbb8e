internal import Broker
internal import Foundation
internal import Logging

/// The Kafka of the tests: the cluster that `KAFKA_BOOTSTRAP_SERVERS` names, or else one embedded broker inside the test process.
public actor TestKafka {
  private static let instance = TestKafka()

  /// Partitions of a topic that a test lets be made by using it. Tests that need another number create their topics.
  public static let defaultPartitions = 4

  /// Addresses for `bootstrap.servers`.
  public struct Address: Sendable {
    /// `host:port`, several with commas.
    public var bootstrapServers: String
    /// Somebody else's cluster, which tests must not stop or configure.
    public var isForeign: Bool
  }

  private var starting: Task<Address, any Error>?

  /// The cluster of this process, started by the first test that asks.
  public static func shared() async throws -> Address {
    try await instance.start().value
  }

  private func start() -> Task<Address, any Error> {
    if let starting { return starting }
    let task = Task { try await Self.address() }
    starting = task
    return task
  }

  private static func address() async throws -> Address {
    if let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"], !servers.isEmpty {
      return Address(bootstrapServers: servers, isForeign: true)
    }
    var settings = BrokerSettings()
    settings.dataFolder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-test-broker-\(getpid())").path
    settings.listenPort = 0
    settings.numPartitions = Int32(defaultPartitions)
    settings.groupInitialRebalanceDelayMillis = 0
    settings.groupMinSessionTimeoutMillis = 1000
    // A test whose records are older than its topic's retention fails always, not only when a check happens to come by.
    settings.retentionCheckIntervalMillis = 500
    removeAtExit(settings.dataFolder)
    var logger = Logger(label: "test-broker")
    logger.logLevel = .critical
    let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
    let server = BrokerServer(settings: settings, logger: logger) { continuation.yield($0) }
    // It serves until the test process ends.
    Task.detached {
      do { try await server.run() } catch {
        FileHandle.standardError.write(Data("the tests' broker ended: \(error)\n".utf8))
      }
      continuation.finish()
    }
    for await address in addresses { return Address(bootstrapServers: address, isForeign: false) }
    throw BrokerEnded()
  }

  private static func removeAtExit(_ folder: String) {
    try? FileManager.default.removeItem(atPath: folder)
    atexit {
      try? FileManager.default.removeItem(
        at: FileManager.default.temporaryDirectory.appendingPathComponent("sluice-test-broker-\(getpid())"))
    }
  }

  private struct BrokerEnded: Error, CustomStringConvertible {
    var description: String { "the tests' broker ended before it served; see standard error" }
  }
}
