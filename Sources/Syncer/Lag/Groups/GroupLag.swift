public import Kafka

/// How far a consumer group is behind, as `sluice lag --json` and `/v1/lag` tell it.
public struct GroupLag: Hashable, Sendable, Codable {
  /// Who reads a partition.
  public struct Owner: Hashable, Sendable, Codable {
    /// The member's ID, as the coordinator gave it; nil where it is not known.
    public var member: String?
    /// Its client ID.
    public var client: String
    /// Where it runs or connects from.
    public var host: String
    /// Its own name, where it is a static member.
    public var instance: String?

    /// An owner.
    public init(member: String?, client: String, host: String, instance: String?) {
      self.member = member
      self.client = client
      self.host = host
      self.instance = instance
    }
  }

  /// One partition.
  public struct Partition: Hashable, Sendable, Codable {
    /// The topic.
    public var topic: String
    /// The partition's number.
    public var partition: Int32
    /// The oldest offset that is still there.
    public var start: Int64?
    /// The next offset of the group: as applied where the syncer itself tells, as committed elsewhere; nil where it has none.
    public var committed: Int64?
    /// The offset behind the last record.
    public var end: Int64?
    /// Records not applied yet; nil where it cannot be told.
    public var lag: Int64?
    /// The age of the first record that is not applied yet, by its timestamp.
    public var seconds: Double?
    /// The same since its commit in the source database; nil where only the syncer could tell and was not asked.
    public var commitSeconds: Double?
    /// Where it is going.
    public var trend: LagTrend
    /// What Burrow's rules say.
    public var status: LagStatus
    /// How much those rules had to go by, from 0 to 1.
    public var complete: Double
    /// `active`, `paused`, `positioning` or `delayed` where the syncer itself tells, else `assigned` or `unassigned`.
    public var state: String
    /// Who reads it; nil where nobody does.
    public var owner: Owner?

    /// Topic and number together.
    public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// A partition of which nothing more is known.
    public init(
      _ partition: TopicPartition, start: Int64? = nil, committed: Int64? = nil, end: Int64? = nil, lag: Int64? = nil,
      seconds: Double? = nil, commitSeconds: Double? = nil, trend: LagTrend = .unknown, status: LagStatus = .ok, complete: Double = 0,
      state: String, owner: Owner? = nil
    ) {
      topic = partition.topic
      self.partition = partition.partition
      self.start = start
      self.committed = committed
      self.end = end
      self.lag = lag
      self.seconds = seconds
      self.commitSeconds = commitSeconds
      self.trend = trend
      self.status = status
      self.complete = complete
      self.state = state
      self.owner = owner
    }
  }

  /// The group.
  public var group: String
  /// The ID of the cluster; nil where it is not known.
  public var cluster: String?
  /// The group's state: `Stable`, `Empty` and so on as its coordinator says, or the syncer's phase where that tells.
  public var state: String
  /// What stands in the way, one sentence; nil where nothing does.
  public var problem: String?
  /// The status of the worst partition; `ERR` stands for all that need somebody.
  public var status: LagStatus
  /// The share of partitions whose window is full, from 0 to 1, as in Burrow.
  public var complete: Double
  /// Records behind, over all partitions.
  public var sumLag: Int64
  /// Records behind, on the partition that is furthest behind.
  public var maxLag: Int64
  /// Seconds behind by record time, on the partition that is furthest behind.
  public var maxLagSeconds: Double
  /// Records behind, by topic.
  public var topicSumLag: [String: Int64]
  /// All partitions, sorted.
  public var partitions: [Partition]

  /// A group, its sums made from its partitions.
  public init(group: String, cluster: String?, state: String, problem: String? = nil, partitions: [Partition]) {
    self.group = group
    self.cluster = cluster
    self.state = state
    self.problem = problem
    self.partitions = partitions.sorted { $0.topicPartition < $1.topicPartition }
    status = LagStatus.ofGroup(partitions.map(\.status))
    complete = partitions.isEmpty ? 0 : Double(partitions.filter { $0.complete >= 1 }.count) / Double(partitions.count)
    sumLag = partitions.reduce(0) { $0 + ($1.lag ?? 0) }
    maxLag = partitions.compactMap(\.lag).max() ?? 0
    maxLagSeconds = partitions.compactMap(\.seconds).max() ?? 0
    topicSumLag = partitions.reduce(into: [:]) { $0[$1.topic, default: 0] += $1.lag ?? 0 }
  }
}

extension GroupLag {
  /// The same of some topics alone.
  public func of(topics: Set<String>) -> GroupLag {
    GroupLag(
      group: group, cluster: cluster, state: state, problem: problem, partitions: partitions.filter { topics.contains($0.topic) })
  }

  /// The same with what a syncer tells of its own partitions in place of what brokers tell. The state stays the coordinator's.
  public func replacing(_ told: GroupLag) -> GroupLag {
    let own = Dictionary(told.partitions.map { ($0.topicPartition, $0) }) { first, _ in first }
    var partitions = partitions.map { partition in
      guard var better = own[partition.topicPartition] else { return partition }
      better.owner = partition.owner ?? better.owner
      return better
    }
    let known = Set(partitions.map(\.topicPartition))
    partitions += told.partitions.filter { !known.contains($0.topicPartition) }
    return GroupLag(
      group: group, cluster: cluster ?? told.cluster, state: state, problem: told.problem ?? problem, partitions: partitions)
  }
}

extension GroupLag.Partition {
  /// A partition that a syncer tells of itself.
  public init(_ lag: PartitionLag, owner: GroupLag.Owner? = nil) {
    self.init(
      lag.partition, start: lag.lowWatermark, committed: lag.position, end: lag.highWatermark, lag: lag.records, seconds: lag.seconds,
      commitSeconds: lag.commitSeconds, trend: lag.trend, status: lag.status, complete: lag.complete, state: lag.state.rawValue,
      owner: owner)
  }
}

extension SyncerStatus {
  /// The lag of this member's partitions.
  /// - Parameter owner: what is known of this member.
  public func groupLag(owner: GroupLag.Owner? = nil) -> GroupLag {
    GroupLag(
      group: group, cluster: clusterID, state: phase.rawValue, problem: problem,
      partitions: lag.map { GroupLag.Partition($0, owner: owner) })
  }
}
