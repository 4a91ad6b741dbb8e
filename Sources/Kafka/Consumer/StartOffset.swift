internal import CRDKafka

/// Where to begin reading a partition.
public enum StartOffset: Hashable, Sendable {
  /// At the oldest record.
  case beginning
  /// After the newest record.
  case end
  /// At the group's committed offset, or where `offsetReset` says.
  case committed
  /// At this offset.
  case at(Int64)

  var native: Int64 {
    switch self {
    case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .end: Int64(RD_KAFKA_OFFSET_END)
    case .committed: Int64(RD_KAFKA_OFFSET_STORED)
    case .at(let offset): offset
    }
  }
}
