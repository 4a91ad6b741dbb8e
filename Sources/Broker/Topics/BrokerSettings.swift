/// What the broker is started with. The names in the comments are Kafka's; so are the defaults unless a comment says otherwise.
struct BrokerSettings: Equatable, Sendable {
  /// `node.id`, and `broker.id` of older days.
  var nodeID: Int32 = 1
  /// Host of `listeners`: what the broker binds.
  var listenHost = "localhost"
  /// Host of `advertised.listeners`: what clients are told to connect to.
  var advertisedHost = "localhost"
  /// Port of `advertised.listeners`; where the system chooses the port it is known only after the listener is bound.
  var advertisedPort: Int32 = 9092
  /// `log.dirs`: one folder.
  var dataFolder = "/tmp/kafka-logs"
  /// `num.partitions`: of topics that do not say.
  var numPartitions: Int32 = 1
  /// `auto.create.topics.enable`.
  var autoCreateTopics = true
  /// Partitions of all topics together, beyond which none are created (not Kafka's): each keeps a file open.
  var maxPartitions = 4000
  /// Defaults of topic configurations, by Kafka's broker names (`log.retention.ms`), as a `server.properties` would hold them.
  var topicDefaults: [String: String] = [:]

  /// `socket.request.max.bytes`.
  var maxRequestBytes = 104_857_600
  /// `max.connections`.
  var maxConnections = 2_147_483_647
  /// `connections.max.idle.ms`.
  var maxIdleMillis: Int64 = 600_000

  /// `log.retention.check.interval.ms`.
  var retentionCheckIntervalMillis: Int64 = 300_000

  /// `offsets.retention.minutes`.
  var offsetsRetentionMinutes: Int32 = 10_080
  /// `offsets.retention.check.interval.ms`.
  var offsetsRetentionCheckIntervalMillis: Int64 = 600_000
  /// `offset.metadata.max.bytes`.
  var offsetMetadataMaxBytes: Int32 = 4096

  /// `group.min.session.timeout.ms`.
  var groupMinSessionTimeoutMillis: Int32 = 6000
  /// `group.max.session.timeout.ms`.
  var groupMaxSessionTimeoutMillis: Int32 = 1_800_000
  /// `group.initial.rebalance.delay.ms`.
  var groupInitialRebalanceDelayMillis: Int32 = 3000
  /// `group.max.size`.
  var groupMaxSize: Int32 = 2_147_483_647

  /// `transaction.max.timeout.ms`.
  var transactionMaxTimeoutMillis: Int32 = 900_000
  /// `transactional.id.expiration.ms`.
  var transactionalIDExpirationMillis: Int32 = 604_800_000
  /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
  var transactionAbortIntervalMillis: Int32 = 10_000
  /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
  var transactionRemoveExpiredIntervalMillis: Int32 = 3_600_000
  /// `producer.id.expiration.ms`.
  var producerIDExpirationMillis: Int32 = 86_400_000
}
