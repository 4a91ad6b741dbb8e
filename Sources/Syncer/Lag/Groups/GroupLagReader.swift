public import Kafka

/// How far groups are behind, asked of the brokers alone, so of any group of any Kafka. What a syncer or its database knows better is given
/// along.
///
/// What a broker cannot tell is left open here: where lag is going and what Burrow's rules say takes several looks, see ``GroupLagMonitor``.
public struct GroupLagReader {
  private let admin: Admin
  private let times: RecordTimeReader?
  private let timesLimit: Duration

  /// - Parameters:
  ///   - admin: of the cluster.
  ///   - times: to read how old the next record is; nil tells no seconds.
  ///   - timesLimit: how long reading these may take in all. Default 3 s; what is not read by then is told without seconds.
  public init(admin: Admin, times: RecordTimeReader?, timesLimit: Duration = .seconds(3)) {
    self.admin = admin
    self.times = times
    self.timesLimit = timesLimit
  }

  /// The groups that there are, sorted.
  public func groups() async throws -> [String] {
    try await admin.listGroups().map(\.id)
  }

  /// The lag of groups.
  ///
  /// - Parameters:
  ///   - groups: their IDs.
  ///   - topics: nil is all that a group has offsets of, or is assigned.
  ///   - stored: offsets that count instead of committed ones, by group.
  ///   - cluster: the cluster's ID, to be told along.
  ///   - now: ms since 1970.
  public func read(
    _ groups: [String], topics: Set<String>? = nil, stored: [String: [TopicPartition: Int64]] = [:], cluster: String?, now: Int64
  ) async throws -> [GroupLag] {
    let descriptions = Dictionary(try await admin.describeGroups(groups).map { ($0.id, $0) }) { first, _ in first }
    let existing = Set(try await admin.describeTopics().filter { $0.error == nil }.flatMap(\.topicPartitions))
    var offsets: [String: [TopicPartition: Int64]] = [:]
    for group in groups { offsets[group] = try await admin.groupOffsets(group).merging(stored[group] ?? [:]) { $1 } }
    let asked = groups.flatMap { group in
      Array(offsets[group, default: [:]].keys) + (descriptions[group]?.members.flatMap(\.partitions) ?? [])
    }
    let wanted = Set(asked).filter { topics?.contains($0.topic) ?? true }
    let watermarks = try await admin.watermarks(for: wanted.filter(existing.contains).sorted())
    let heads = try await heads(offsets.values, watermarks)
    return groups.map { group in
      let description = descriptions[group]
      let owners = Self.owners(of: description)
      let own = offsets[group, default: [:]]
      let partitions = Set(own.keys).union(owners.keys).filter(wanted.contains).map { partition in
        Self.lag(
          partition, committed: own[partition], ends: watermarks[partition], head: heads[Place(partition, own[partition] ?? -1)],
          owner: owners[partition], now: now)
      }
      let isMissing = description?.state == .dead && partitions.isEmpty
      return GroupLag(
        group: group, cluster: cluster, state: description?.state.rawValue ?? GroupState.unknown.rawValue,
        problem: description?.error.map { "the group cannot be described: \($0)" } ?? (isMissing ? "there is no such group" : nil),
        partitions: partitions)
    }
  }

  private struct Place: Hashable {
    var partition: TopicPartition
    var offset: Int64

    init(_ partition: TopicPartition, _ offset: Int64) {
      self.partition = partition
      self.offset = offset
    }
  }

  /// What stands where groups stand. Two groups can stand in different places of one partition: each round reads one of them.
  private func heads(
    _ offsets: some Sequence<[TopicPartition: Int64]>, _ watermarks: [TopicPartition: Watermarks]
  ) async throws -> [Place: RecordTimeReader.Found] {
    guard let times else { return [:] }
    var places: Set<Place> = []
    for group in offsets {
      for (partition, offset) in group {
        if let ends = watermarks[partition], offset < ends.high { places.insert(Place(partition, offset)) }
      }
    }
    let deadline = ContinuousClock.now + timesLimit
    var heads: [Place: RecordTimeReader.Found] = [:]
    while !places.isEmpty, ContinuousClock.now < deadline {
      var round: [TopicPartition: Int64] = [:]
      for place in places { round[place.partition] = place.offset }
      let starts = round.reduce(into: [:]) { $0[$1.key] = max($1.value, watermarks[$1.key]?.low ?? 0) }
      let found = try await times.read(starts, within: max(deadline - .now, .milliseconds(50)))
      for (partition, offset) in round {
        places.remove(Place(partition, offset))
        heads[Place(partition, offset)] = found[partition]
      }
    }
    return heads
  }

  private static func owners(of group: GroupDescription?) -> [TopicPartition: GroupLag.Owner] {
    var owners: [TopicPartition: GroupLag.Owner] = [:]
    for member in group?.members ?? [] {
      // Brokers write a host with a slash before it, as Java prints addresses.
      let host = member.host.hasPrefix("/") ? String(member.host.dropFirst()) : member.host
      let owner = GroupLag.Owner(member: member.id, client: member.clientID, host: host, instance: member.instanceID)
      for partition in member.partitions { owners[partition] = owner }
    }
    return owners
  }

  /// One partition. Pure.
  static func lag(
    _ partition: TopicPartition, committed: Int64?, ends: Watermarks?, head: RecordTimeReader.Found?, owner: GroupLag.Owner?, now: Int64
  ) -> GroupLag.Partition {
    var result = GroupLag.Partition(
      partition, start: ends?.low, committed: committed, end: ends?.high, state: owner == nil ? "unassigned" : "assigned", owner: owner)
    guard let committed, let ends else { return result }
    // Offsets before the first record, and those that hold none, are no lag: see RecordTimeReader.Found.
    let lag = max(ends.high - max(committed, ends.low, head?.offset ?? 0), 0)
    result.lag = lag
    if lag == 0 {
      result.seconds = 0
    } else if let timestamp = head?.timestamp {
      result.seconds = Double(max(now - timestamp, 0)) / 1000
    }
    return result
  }
}
