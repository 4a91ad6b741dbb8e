internal import CRDKafka
internal import Synchronization

/// librdkafka's mock of a Kafka cluster, in this process, on free ports of the loopback interface.
///
/// For tests and for trying things out: it keeps at most 5 MB or 100,000 records of a partition and drops the oldest, has no admin
/// API, no disk, no index by time, and shows records of open transactions.
public final class MockCluster: Sendable {
  /// How many partitions a topic gets that is made by being used. The mock of librdkafka 2.0 has no setting for it.
  public static let defaultPartitions = 4

  /// Where clients connect: `host:port` of every broker, separated by commas. The ports are chosen by the system.
  public let bootstrapServers: String

  // SAFETY: the mock serializes all access on a thread of its own; both are destroyed in deinit.
  private nonisolated(unsafe) let cluster: OpaquePointer
  private nonisolated(unsafe) let client: OpaquePointer

  /// Starts the cluster.
  /// - Parameter brokers: how many brokers, numbered from 1.
  public init(brokers: Int = 3) throws {
    var complaint = [CChar](repeating: 0, count: 256)
    let configuration = rd_kafka_conf_new()
    // The client carries the mock and connects nowhere; it would say so on standard error.
    rd_kafka_conf_set(configuration, "log_level", "3", nil, 0)
    guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &complaint, complaint.count) else {
      rd_kafka_conf_destroy(configuration)
      throw KafkaError(code: .failure, where: "MockCluster")
    }
    guard let cluster = rd_kafka_mock_cluster_new(client, Int32(clamping: brokers)),
      let servers = rd_kafka_mock_cluster_bootstraps(cluster)
    else {
      rd_kafka_destroy(client)
      throw KafkaError(code: .failure, reason: "a mock cluster of \(brokers) brokers could not be started", where: "MockCluster")
    }
    self.client = client
    self.cluster = cluster
    bootstrapServers = String(cString: servers)
  }

  deinit {
    rd_kafka_mock_cluster_destroy(cluster)
    rd_kafka_destroy(client)
  }

  /// Makes a topic.
  public func createTopic(_ name: String, partitions: Int, replicationFactor: Int = 1) throws {
    try KafkaError.check(
      rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), Int32(clamping: replicationFactor)),
      where: "MockCluster.createTopic")
  }

  /// Makes metadata answers name an error for a topic; nil takes it back.
  public func setTopicError(_ name: String, _ error: KafkaError.Code?) {
    rd_kafka_mock_topic_set_error(cluster, name, (error ?? .noError).native)
  }

  /// The next requests of this kind, to any broker, fail with these errors, one each. `transport` closes the connection instead.
  public func injectErrors(_ request: MockRequest, _ errors: [KafkaError.Code]) {
    let native = errors.map(\.native)
    rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, native.count, native)
  }

  /// Forgets errors that were injected and not used.
  public func clearErrors(_ request: MockRequest) {
    rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
  }

  /// Closes a broker's connections and takes no new ones.
  public func setBrokerDown(_ broker: Int32) throws {
    try KafkaError.check(rd_kafka_mock_broker_set_down(cluster, broker), where: "MockCluster.setBrokerDown")
  }

  /// Lets a broker take connections again.
  public func setBrokerUp(_ broker: Int32) throws {
    try KafkaError.check(rd_kafka_mock_broker_set_up(cluster, broker), where: "MockCluster.setBrokerUp")
  }

  /// Delays a broker's answers.
  public func setRoundTrip(_ broker: Int32, _ time: Duration) throws {
    try KafkaError.check(rd_kafka_mock_broker_set_rtt(cluster, broker, time.timeout), where: "MockCluster.setRoundTrip")
  }

  /// Moves a partition to another leader; nil leaves it without one.
  public func setLeader(of partition: TopicPartition, broker: Int32?) throws {
    try KafkaError.check(
      rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, broker ?? -1), where: "MockCluster.setLeader")
  }

  /// Chooses a group's coordinator.
  public func setCoordinator(group: String, broker: Int32) throws {
    try KafkaError.check(rd_kafka_mock_coordinator_set(cluster, "group", group, broker), where: "MockCluster.setCoordinator")
  }

  /// Chooses a transactional ID's coordinator.
  public func setCoordinator(transactionalID: String, broker: Int32) throws {
    try KafkaError.check(
      rd_kafka_mock_coordinator_set(cluster, "transaction", transactionalID, broker), where: "MockCluster.setCoordinator")
  }
}
