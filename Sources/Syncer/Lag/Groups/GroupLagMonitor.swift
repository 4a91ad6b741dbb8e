internal import Kafka

/// Several looks at groups, from which their trends and their statuses by Burrow's rules are told. Pure: time is told.
///
/// A broker does not tell when an offset was committed. So an offset that has moved since the last look was committed in between; one that has
/// not moved counts as committed again where a member owns the partition, and as silence where none does.
public struct GroupLagMonitor: Sendable {
  private struct Key: Hashable {
    var group: String
    var partition: TopicPartition
  }

  private struct Entry {
    var window: LagWindow
    var history: LagHistory
    var hasMoved = false
  }

  private let window: LagWindow
  private let seconds: Int64
  private var entries: [Key: Entry] = [:]

  /// - Parameter span: over how long a time groups are judged. Default 60 s.
  public init(span: Duration = .seconds(60)) {
    window = LagWindow(spanning: span)
    seconds = Int64(max(span / .seconds(1), 1))
  }

  /// Takes a look down, and returns it with what all looks together tell. What a syncer has told of itself stays as it is.
  public mutating func observe(_ groups: [GroupLag], now: Int64) -> [GroupLag] {
    let seen = Set(groups.flatMap { group in group.partitions.map { Key(group: group.group, partition: $0.topicPartition) } })
    entries = entries.filter { seen.contains($0.key) }
    return groups.map { group in
      GroupLag(
        group: group.group, cluster: group.cluster, state: group.state, problem: group.problem,
        partitions: group.partitions.map { observe($0, of: group.group, now: now) })
    }
  }

  private mutating func observe(_ partition: GroupLag.Partition, of group: String, now: Int64) -> GroupLag.Partition {
    // Only a syncer tells of a trend or of a window; a fresh one of its own looks better than ours.
    guard partition.complete == 0, let committed = partition.committed, let end = partition.end, let lag = partition.lag else {
      return partition
    }
    let key = Key(group: group, partition: partition.topicPartition)
    var entry = entries[key] ?? Entry(window: window, history: LagHistory(seconds: seconds))
    let isFirst = entry.window.last == nil
    let isMoved = entry.window.last.map { $0.offset != committed } ?? false
    if isMoved { entry.hasMoved = true }
    entry.history.observed(position: committed, end: end, now: now)
    entry.window.observed(end: end, now: now)
    if isFirst || isMoved || partition.owner != nil { entry.window.committed(LagSample(offset: committed, time: now, lag: lag)) }
    entries[key] = entry
    var result = partition
    result.trend = entry.history.trend(lag: lag)
    result.status = entry.window.status(lag: lag, now: now)
    result.complete = entry.window.complete
    // Nobody owns it and it was never seen to move: it has stopped, however long ago.
    if lag > 0, partition.owner == nil, !entry.hasMoved { result.status = .stop }
    return result
  }
}
