internal import Foundation
public import Kafka

/// The Kafka of the tests: the cluster that `KAFKA_BOOTSTRAP_SERVERS` names, or else one mock cluster inside the test process.
///
/// The mock cluster keeps 5 MB a partition, has no admin API and no transactions' isolation: a test that needs those looks at ``isMock``.
public actor TestKafka {
  private static let instance = TestKafka()

  /// Addresses for `bootstrap.servers`.
  public struct Address: Sendable {
    /// `host:port`, several with commas.
    public var bootstrapServers: String
    /// Not a real cluster.
    public var isMock: Bool
    /// The mock cluster, for injecting errors; shared by all tests of the process, so better make one's own for that.
    public var mock: MockCluster?
  }

  private var address: Address?

  /// The cluster of this process, started by the first test that asks.
  public static func shared() async throws -> Address {
    try await instance.start()
  }

  private func start() throws -> Address {
    if let address { return address }
    let started: Address
    if let servers = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"], !servers.isEmpty {
      started = Address(bootstrapServers: servers, isMock: false, mock: nil)
    } else {
      let cluster = try MockCluster(brokers: 1)
      started = Address(bootstrapServers: cluster.bootstrapServers, isMock: true, mock: cluster)
    }
    address = started
    return started
  }
}
