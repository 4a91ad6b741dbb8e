public import Kafka

/// How a rebuild works. The defaults suit a rebuild beside a live syncer.
public struct RebuildConfiguration: Sendable {
  /// Where a version begins.
  public enum Source: String, Hashable, Sendable {
    /// At the oldest record of each topic; refused where retention has removed records.
    case topics
    /// Where the live group is: all rows come again by an incremental snapshot that the connector is asked for.
    case snapshot
    /// The mirrors: documents are computed from them, no topic is read.
    case mirrors
  }

  /// How to reach Kafka. Partitions are assigned, the group is not joined.
  public var consumer: ConsumerConfiguration
  /// The live syncer's group.
  public var group: String
  /// Where the version begins. Default topics.
  public var source: Source = .topics
  /// The most records of a transaction. Default 2000.
  public var batchRecords = 2000
  /// The most bytes of a transaction. Default 4 MiB.
  public var batchBytes = 4 << 20
  /// How many partitions are read and applied at the same time. Default 2.
  public var parallelism = 2
  /// The most records a second, over all; nil for no limit.
  public var throttle: Int?
  /// How many records may be missing when the switch is tried: the live syncer waits while they are applied. Default 5000.
  public var switchDistance: Int64 = 5000
  /// How long the live syncer may wait for the switch. Default 10 s; then the switch is given up and tried again.
  public var switchDeadline: Duration = .seconds(10)
  /// How long the switch waits for each lock. Default 2 s.
  public var lockTimeout: Duration = .seconds(2)
  /// How often the switch is tried. Default 20.
  public var switchAttempts = 20
  /// How long nothing may come from a broker that answers before what is missing of a partition counts as holding no records. Default 5 s.
  public var quietAfter: Duration = .seconds(5)
  /// How long a database that is down is waited for. Default 10 min.
  public var outageDeadline: Duration = .seconds(600)
  /// Whether the switch goes on although records could not be applied. Default no.
  public var acceptsFailures = false
  /// Whether the switch goes on although others depend on the live relations, and will go on reading the old version. Default no.
  public var leavesDependents = false
  /// Whether to stop before the switch. Default no.
  public var stopsBeforeSwitch = false

  /// A rebuild beside `group`.
  public init(consumer: ConsumerConfiguration, group: String) {
    var consumer = consumer
    consumer.groupID = nil
    consumer.offsetReset = .error
    consumer.queueBytes = 8 << 20
    consumer.queueRecords = 20_000
    self.consumer = consumer
    self.group = group
  }
}
