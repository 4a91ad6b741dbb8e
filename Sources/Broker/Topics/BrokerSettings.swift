/// What the broker is started with. The names in the comments are Kafka's; so are the defaults unless a comment says otherwise.
public struct BrokerSettings: Equatable, Sendable {
  /// `node.id`, and `broker.id` of older days.
  public var nodeID: Int32 = 1
  /// Host of `listeners`. There is no authentication: who reaches it may do everything.
  public var listenHost = "127.0.0.1"
  /// Port of `listeners`; 0 takes a free one.
  public var listenPort = 9092
  /// Host of `advertised.listeners`: what clients are told to connect to.
  public var advertisedHost = "127.0.0.1"
  /// Port of `advertised.listeners`; 0 for the port that is listened on.
  public var advertisedPort: Int32 = 0
  /// `log.dirs`: one folder.
  public var dataFolder = "/tmp/kafka-logs"
  /// When records are synced to the disk.
  public var fsync = FlushPolicy.standard
  /// `num.partitions`: of topics that do not say.
  public var numPartitions: Int32 = 1
  /// `auto.create.topics.enable`.
  public var autoCreateTopics = true
  /// Partitions of all topics together, beyond which none are created (not Kafka's): each keeps a file open.
  public var maxPartitions = 4000
  /// Defaults of topic configurations, by Kafka's broker names (`log.retention.ms`), as a `server.properties` would hold them.
  public var topicDefaults: [String: String] = [:]

  /// `socket.request.max.bytes`.
  public var maxRequestBytes = 104_857_600
  /// `fetch.max.bytes`: most that one answer holds, unless a single batch is larger. Kafka's 55 MiB would be held in memory here for each
  /// client that reads slowly; clients fetch again at once.
  public var fetchMaxBytes = 8 << 20
  /// `max.connections`.
  public var maxConnections = 2_147_483_647
  /// `connections.max.idle.ms`.
  public var maxIdleMillis: Int64 = 600_000

  /// `log.retention.check.interval.ms`.
  public var retentionCheckIntervalMillis: Int64 = 300_000

  /// `offsets.retention.minutes`.
  public var offsetsRetentionMinutes: Int32 = 10_080
  /// `offsets.retention.check.interval.ms`.
  public var offsetsRetentionCheckIntervalMillis: Int64 = 600_000
  /// `offset.metadata.max.bytes`.
  public var offsetMetadataMaxBytes: Int32 = 4096

  /// `group.min.session.timeout.ms`.
  public var groupMinSessionTimeoutMillis: Int32 = 6000
  /// `group.max.session.timeout.ms`.
  public var groupMaxSessionTimeoutMillis: Int32 = 1_800_000
  /// `group.initial.rebalance.delay.ms`.
  public var groupInitialRebalanceDelayMillis: Int32 = 3000
  /// `group.max.size`.
  public var groupMaxSize: Int32 = 2_147_483_647

  /// `transaction.max.timeout.ms`.
  public var transactionMaxTimeoutMillis: Int32 = 900_000
  /// `transactional.id.expiration.ms`.
  public var transactionalIDExpirationMillis: Int32 = 604_800_000
  /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
  public var transactionAbortIntervalMillis: Int32 = 10_000
  /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
  public var transactionRemoveExpiredIntervalMillis: Int32 = 3_600_000
  /// `producer.id.expiration.ms`.
  public var producerIDExpirationMillis: Int32 = 86_400_000

  /// Kafka's defaults.
  public init() {}
}
