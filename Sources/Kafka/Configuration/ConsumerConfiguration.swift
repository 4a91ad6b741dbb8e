internal import CRDKafka

/// How a consumer works. Offsets are never committed behind the owner's back.
public struct ConsumerConfiguration: NativeConfigurable {
  /// Where to start when the group has no offset for a partition, or one that is out of range.
  public enum OffsetReset: String, Sendable {
    /// At the oldest record.
    case earliest
    /// After the newest record.
    case latest
    /// Nowhere: `nextBatch` throws `autoOffsetReset`.
    case error
  }

  /// Which records of transactions are seen.
  public enum Isolation: String, Sendable {
    /// Only those of committed ones.
    case readCommitted = "read_committed"
    /// All.
    case readUncommitted = "read_uncommitted"
  }

  /// How a group divides its partitions. All members of a group must share at least one.
  public enum AssignmentStrategy: String, Sendable {
    /// Only the partitions that move are taken away. Cannot be mixed with the other two.
    case cooperativeSticky = "cooperative-sticky"
    /// Everything is taken away and dealt again, topic by topic.
    case range
    /// Everything is taken away and dealt again, one by one.
    case roundRobin = "roundrobin"
  }

  /// `host:port` of one or more brokers, separated by commas. Required.
  public var bootstrapServers: String
  /// The name that brokers log. Default `sluice`.
  public var clientID: String
  /// TLS and SASL. Default plain text.
  public var security: SecurityConfiguration
  /// How often librdkafka's statistics become metrics; zero turns them off. Default 15 seconds.
  public var statisticsInterval: Duration
  /// Any librdkafka key by name, set last. Unknown keys, bad values and reserved keys are refused.
  public var extra: [String: String]

  /// The consumer group; nil for a consumer that is given its partitions by `assign` and commits nothing.
  public var groupID: String?
  /// A name for this member that outlives it (static membership): a restart within `sessionTimeout` moves no partition.
  public var groupInstanceID: String?
  /// Default cooperative-sticky.
  public var assignmentStrategies: [AssignmentStrategy] = [.cooperativeSticky]
  /// Default earliest: a new group misses nothing. (Kafka's own default is latest.)
  public var offsetReset: OffsetReset = .earliest
  /// Default read committed.
  public var isolation: Isolation = .readCommitted
  /// After how long without a heartbeat the group takes this member for dead. Default 45 s.
  public var sessionTimeout: Duration = .seconds(45)
  /// How often to tell that we live. Default 3 s.
  public var heartbeatInterval: Duration = .seconds(3)
  /// How long the owner may stay away from `nextBatch` before the group takes its partitions. Default 5 min.
  public var maximumPollInterval: Duration = .seconds(300)
  /// How long a `RebalanceHandler` has for each call before the rebalance goes on without it. Default 30 s.
  public var rebalanceTimeout: Duration = .seconds(30)
  /// How long a commit may take. Default 30 s.
  public var commitTimeout: Duration = .seconds(30)
  /// How many bytes the broker collects before it answers, if `fetchMaximumWait` is not over. Default 1.
  public var fetchMinimumBytes = 1
  /// How long the broker holds a fetch that finds nothing. Default 500 ms. A broker answers as soon as there is a record, but
  /// librdkafka's mock cluster holds it for the full time: 10 ms are better there.
  public var fetchMaximumWait: Duration = .milliseconds(500)
  /// The most bytes one fetch asks of one partition. Default 1 MiB.
  public var fetchPartitionBytes = 1 << 20
  /// Fetching goes on while fewer records than this are waiting in memory. Default 100,000.
  public var queueRecords = 100_000
  /// Fetching stops while more bytes than this are waiting in memory, per consumer, rounded to KiB. Default 64 MiB.
  public var queueBytes = 64 << 20
  /// How often topics are looked up anew, so that a subscription by pattern sees new ones. Default 60 s.
  public var metadataRefreshInterval: Duration = .seconds(60)

  /// A configuration with the defaults.
  public init(
    bootstrapServers: String, groupID: String?, clientID: String = "sluice", security: SecurityConfiguration = .plaintext,
    statisticsInterval: Duration = .seconds(15), extra: [String: String] = [:]
  ) {
    self.bootstrapServers = bootstrapServers
    self.groupID = groupID
    self.clientID = clientID
    self.security = security
    self.statisticsInterval = statisticsInterval
    self.extra = extra
  }

  var reservedKeys: [String: String] {
    let commits = "offsets are committed by the owner alone"
    return [
      "bootstrap.servers": "use bootstrapServers", "metadata.broker.list": "use bootstrapServers", "group.id": "use groupID",
      "enable.auto.commit": commits, "auto.commit.enable": commits, "enable.auto.offset.store": commits,
      "enable.partition.eof": "ends of partitions are told by takeReachedEnds",
    ]
  }

  func applyOwn(to native: inout NativeConfiguration) {
    // librdkafka wants a group even of a consumer that only assigns; nothing is ever committed under this name.
    native.set("group.id", groupID ?? "sluice-ungrouped")
    if let groupID, groupID.isEmpty { native.reject("groupID: expected a name or nil, found an empty one") }
    if let groupInstanceID { native.set("group.instance.id", groupInstanceID) }
    if assignmentStrategies.isEmpty { native.reject("assignmentStrategies: expected at least one") }
    if assignmentStrategies.contains(.cooperativeSticky), assignmentStrategies.count > 1 {
      native.reject("assignmentStrategies: cooperativeSticky cannot be mixed with others")
    }
    native.set("partition.assignment.strategy", assignmentStrategies.map(\.rawValue).joined(separator: ","))
    native.set("enable.auto.commit", "false")
    native.set("enable.auto.offset.store", "false")
    native.set("enable.partition.eof", "true")
    native.set("auto.offset.reset", offsetReset.rawValue)
    native.set("isolation.level", isolation.rawValue)
    native.set("session.timeout.ms", sessionTimeout, in: 1...3_600_000)
    native.set("heartbeat.interval.ms", heartbeatInterval, in: 1...3_600_000)
    native.set("max.poll.interval.ms", maximumPollInterval, in: 1...86_400_000)
    native.set("fetch.min.bytes", fetchMinimumBytes, in: 1...100_000_000, label: "fetchMinimumBytes")
    native.set("fetch.wait.max.ms", fetchMaximumWait, in: 0...300_000)
    native.set("max.partition.fetch.bytes", fetchPartitionBytes, in: 1...1_000_000_000, label: "fetchPartitionBytes")
    native.set("queued.min.messages", queueRecords, in: 1...10_000_000, label: "queueRecords")
    native.set("queued.max.messages.kbytes", max(1, queueBytes >> 10), in: 1...2_097_151, label: "queueBytes")
    // Older ones are told when there is room, see `tellOfRoom`.
    if rd_kafka_version() >= 0x0202_0000 { native.set("fetch.queue.backoff.ms", "10") }
    native.set("topic.metadata.refresh.interval.ms", metadataRefreshInterval, in: 10...3_600_000)
    if heartbeatInterval >= sessionTimeout {
      native.reject("heartbeatInterval: \(heartbeatInterval) must be less than sessionTimeout \(sessionTimeout)")
    }
    if rebalanceTimeout >= maximumPollInterval {
      native.reject("rebalanceTimeout: \(rebalanceTimeout) must be less than maximumPollInterval \(maximumPollInterval)")
    }
  }
}
