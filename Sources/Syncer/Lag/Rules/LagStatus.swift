/// How a group fares on a partition, or as a whole, by Burrow's rules: see ``LagRules``.
///
/// The names are those that Burrow's HTTP API uses, so that what reads that API reads this.
public enum LagStatus: String, Hashable, Sendable, Codable, CaseIterable {
  /// Caught up, or catching up.
  case ok = "OK"
  /// It makes progress, and falls behind nevertheless.
  case warn = "WARN"
  /// Of a group: one of its partitions is in one of the three states below. Never of a partition.
  case error = "ERR"
  /// Nothing has been committed for longer than the whole window took, and there is lag.
  case stop = "STOP"
  /// Offsets are committed that do not move, and there is lag.
  case stall = "STALL"
  /// A committed offset is lower than one before it, and has not come back there.
  case rewind = "REWIND"

  /// Burrow's own number, the value of the metric: 1 OK, 2 WARN, 3 ERR, 4 STOP, 5 STALL, 6 REWIND.
  public var number: Int {
    switch self {
    case .ok: 1
    case .warn: 2
    case .error: 3
    case .stop: 4
    case .stall: 5
    case .rewind: 6
    }
  }

  /// What a group is whose worst partition is this: the three that need somebody are one.
  public var ofGroup: LagStatus { number > LagStatus.error.number ? .error : self }

  /// The status of a group: that of its worst partition, OK where it has none.
  public static func ofGroup(_ partitions: some Sequence<LagStatus>) -> LagStatus {
    partitions.max { $0.number < $1.number }?.ofGroup ?? .ok
  }
}
