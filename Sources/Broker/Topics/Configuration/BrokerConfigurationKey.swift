/// A configuration of the broker itself, which cannot be changed while it runs: one row of ``all``.
struct BrokerConfigurationKey: Sendable {
  var name: String
  var type: ConfigurationType
  /// Named when the broker was started even where it equals the default.
  var isAlwaysSet = false
  var documentation: String
  /// The value of given settings, and the default of default settings.
  var value: @Sendable (BrokerSettings) -> String?

  static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// In the order of their names.
  static let all: [BrokerConfigurationKey] = [
    BrokerConfigurationKey(
      name: "advertised.listeners", type: .string, isAlwaysSet: true, documentation: "Where clients are told to connect."
    ) { "PLAINTEXT://\($0.advertisedHost):\($0.advertisedPort)" },
    BrokerConfigurationKey(
      name: "auto.create.topics.enable", type: .boolean, documentation: "Whether asking for an unknown topic creates it."
    ) { String($0.autoCreateTopics) },
    BrokerConfigurationKey(name: "broker.id", type: .int, isAlwaysSet: true, documentation: "The same as node.id.") { String($0.nodeID) },
    BrokerConfigurationKey(name: "broker.rack", type: .string, documentation: "Not used by one node.") { _ in nil },
    BrokerConfigurationKey(
      name: "connections.max.idle.ms", type: .long, documentation: "After this time without a request a connection is closed."
    ) { String($0.maxIdleMillis) },
    BrokerConfigurationKey(name: "default.replication.factor", type: .int, documentation: "Always 1: nothing is replicated.") { _ in "1" },
    BrokerConfigurationKey(name: "delete.topic.enable", type: .boolean, documentation: "Topics can always be deleted.") { _ in "true" },
    BrokerConfigurationKey(
      name: "fetch.max.bytes", type: .int, documentation: "Most that one answer to a fetch holds, unless a single batch is larger."
    ) { String($0.fetchMaxBytes) },
    BrokerConfigurationKey(
      name: "group.initial.rebalance.delay.ms", type: .int, documentation: "How long a new group waits for more members."
    ) { String($0.groupInitialRebalanceDelayMillis) },
    BrokerConfigurationKey(
      name: "group.max.session.timeout.ms", type: .int, documentation: "Longest session time-out that a group's member may ask for."
    ) { String($0.groupMaxSessionTimeoutMillis) },
    BrokerConfigurationKey(name: "group.max.size", type: .int, documentation: "Most members of one group.") { String($0.groupMaxSize) },
    BrokerConfigurationKey(
      name: "group.min.session.timeout.ms", type: .int, documentation: "Shortest session time-out that a group's member may ask for."
    ) { String($0.groupMinSessionTimeoutMillis) },
    BrokerConfigurationKey(name: "listeners", type: .string, isAlwaysSet: true, documentation: "What the broker listens on.") {
      "PLAINTEXT://\($0.listenHost):\($0.listenPort == 0 ? Int($0.advertisedPort) : $0.listenPort)"
    },
    BrokerConfigurationKey(name: "log.dirs", type: .string, isAlwaysSet: true, documentation: "The folder that holds everything.") {
      $0.dataFolder
    },
    BrokerConfigurationKey(
      name: "log.retention.check.interval.ms", type: .long, documentation: "How often retention looks for segments to drop."
    ) { String($0.retentionCheckIntervalMillis) },
    BrokerConfigurationKey(
      name: "log.retention.hours", type: .int, documentation: "Retention of topics that do not say, unless log.retention.ms is set."
    ) { _ in "168" },
    BrokerConfigurationKey(
      name: "log.retention.minutes", type: .int, documentation: "Not set; log.retention.ms is the one to use."
    ) { _ in nil },
    BrokerConfigurationKey(
      name: "log.roll.hours", type: .int, documentation: "Age at which segments are closed, unless log.roll.ms is set."
    ) { _ in "168" },
    BrokerConfigurationKey(name: "max.connections", type: .int, documentation: "Most connections at one time.") {
      String($0.maxConnections)
    },
    BrokerConfigurationKey(name: "node.id", type: .int, isAlwaysSet: true, documentation: "The number of this node.") { String($0.nodeID) },
    BrokerConfigurationKey(
      name: "num.partitions", type: .int, documentation: "Partitions of topics that do not say."
    ) { String($0.numPartitions) },
    BrokerConfigurationKey(
      name: "offset.metadata.max.bytes", type: .int, documentation: "Longest metadata that may go with a committed offset."
    ) { String($0.offsetMetadataMaxBytes) },
    BrokerConfigurationKey(
      name: "offsets.retention.check.interval.ms", type: .long, documentation: "How often expired offsets are looked for."
    ) { String($0.offsetsRetentionCheckIntervalMillis) },
    BrokerConfigurationKey(
      name: "offsets.retention.minutes", type: .int, documentation: "How long the offsets of a group without members are kept."
    ) { String($0.offsetsRetentionMinutes) },
    BrokerConfigurationKey(
      name: "offsets.topic.num.partitions", type: .int, documentation: "Partitions of __consumer_offsets; always 1 here."
    ) { _ in "1" },
    BrokerConfigurationKey(
      name: "offsets.topic.replication.factor", type: .short, documentation: "Always 1: nothing is replicated."
    ) { _ in "1" },
    BrokerConfigurationKey(name: "process.roles", type: .list, documentation: "One node is both.") { _ in "broker,controller" },
    BrokerConfigurationKey(
      name: "producer.id.expiration.ms", type: .int, documentation: "After this time a silent producer's sequence numbers are forgotten."
    ) { String($0.producerIDExpirationMillis) },
    BrokerConfigurationKey(name: "socket.request.max.bytes", type: .int, documentation: "The largest request.") {
      String($0.maxRequestBytes)
    },
    BrokerConfigurationKey(
      name: "transaction.abort.timed.out.transaction.cleanup.interval.ms", type: .int,
      documentation: "How often transactions beyond their time-out are looked for."
    ) { String($0.transactionAbortIntervalMillis) },
    BrokerConfigurationKey(
      name: "transaction.max.timeout.ms", type: .int, documentation: "Longest time-out that a transactional producer may ask for."
    ) { String($0.transactionMaxTimeoutMillis) },
    BrokerConfigurationKey(
      name: "transaction.remove.expired.transaction.cleanup.interval.ms", type: .int,
      documentation: "How often expired transactional ids are looked for."
    ) { String($0.transactionRemoveExpiredIntervalMillis) },
    BrokerConfigurationKey(
      name: "transaction.state.log.min.isr", type: .int, documentation: "Always 1: nothing is replicated."
    ) { _ in "1" },
    BrokerConfigurationKey(
      name: "transaction.state.log.num.partitions", type: .int, documentation: "Partitions of __transaction_state; always 1 here."
    ) { _ in "1" },
    BrokerConfigurationKey(
      name: "transaction.state.log.replication.factor", type: .short, documentation: "Always 1: nothing is replicated."
    ) { _ in "1" },
    BrokerConfigurationKey(
      name: "transactional.id.expiration.ms", type: .int, documentation: "After this time an unused transactional id is forgotten."
    ) { String($0.transactionalIDExpirationMillis) },
  ]
}
