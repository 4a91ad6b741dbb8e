/// What a check of lag takes for wrong. Pure.
public struct LagThresholds: Hashable, Sendable {
  /// The most records that a partition may be behind; nil for any number.
  public var records: Int64?
  /// The most seconds that a partition may be behind by record time; nil for any.
  public var seconds: Double?

  /// Thresholds.
  public init(records: Int64? = nil, seconds: Double? = nil) {
    self.records = records
    self.seconds = seconds
  }

  /// One sentence for each thing that is wrong with a group; empty where nothing is.
  ///
  /// What stands in the way of a group is wrong, too: it may not exist, or its syncer says that it is not ready. Seconds that could not be read of a partition that is behind are wrong where seconds have a threshold: what is not known is not fine.
  public func breaches(_ group: GroupLag) -> [String] {
    var breaches: [String] = []
    // A group that is not there, or a syncer that is not ready.
    if let problem = group.problem { breaches.append("group \(group.group): \(problem)") }
    for partition in group.partitions {
      let place = "group \(group.group), \(partition.topicPartition)"
      if partition.status.ofGroup == .error {
        breaches.append("\(place): status \(partition.status.rawValue), \(partition.lag ?? 0) records behind")
      }
      if let records, let lag = partition.lag, lag > records {
        breaches.append("\(place): \(lag) records behind, more than \(records)")
      }
      guard let limit = seconds, let lag = partition.lag, lag > 0 else { continue }
      if let seconds = partition.seconds {
        if seconds > limit { breaches.append("\(place): \(seconds) s behind, more than \(limit)") }
      } else {
        breaches.append("\(place): how many seconds it is behind could not be read")
      }
    }
    return breaches
  }
}
