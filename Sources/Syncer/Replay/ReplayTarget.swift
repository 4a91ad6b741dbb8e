public import Kafka

/// Where a replay sets the position of each partition; as the scenarios of Apache Kafka's `kafka-consumer-groups.sh --reset-offsets`.
public enum ReplayTarget: Hashable, Sendable {
  /// The oldest record that is still there.
  case earliest
  /// Behind the newest record: everything that is there is skipped.
  case latest
  /// Where it is, brought into the log's range; the end for a partition that has no position. Makes both places say the same.
  case current
  /// This offset, brought into the log's range.
  case offset(Int64)
  /// These offsets, brought into the log's range; partitions that are left out stay where they are.
  case offsets([TopicPartition: Int64])
  /// The first record at or after a time, in milliseconds since 1970; the end where there is none.
  case time(milliseconds: Int64)
  /// So many records on, or back where negative, brought into the log's range.
  case shift(Int64)

  /// Whether doing it twice leads elsewhere than doing it once.
  public var isRelative: Bool {
    if case .shift = self { true } else { false }
  }

  /// For people and for the audit: `earliest`, `offset 17`, `shift -100`.
  public var text: String {
    switch self {
    case .earliest: "earliest"
    case .latest: "latest"
    case .current: "current"
    case .offset(let offset): "offset \(offset)"
    case .offsets(let offsets): "offsets of \(offsets.count) partitions"
    case .time(let milliseconds): "time \(milliseconds)"
    case .shift(let count): "shift \(count)"
    }
  }
}
