internal import Kafka

/// From positions and the log's ends to moves. Pure.
struct ReplayPlan {
  /// The group's next offsets in the read database.
  var stored: [TopicPartition: Int64]
  /// The group's offsets in Kafka.
  var committed: [TopicPartition: Int64]
  /// The ends of each partition.
  var log: [TopicPartition: Watermarks]
  /// For a time: the first record at or after it, where there is one.
  var atTime: [TopicPartition: Int64] = [:]

  /// The moves, by partition.
  ///
  /// - Throws: ``ReplayError`` where a shift has nothing to begin at, or a partition's ends are not known.
  func moves(_ partitions: [TopicPartition], to target: ReplayTarget) throws(ReplayError) -> [ReplayMove] {
    var moves: [ReplayMove] = []
    for partition in partitions.sorted() {
      guard let log = log[partition] else {
        throw ReplayError(.kafkaUnavailable, "Kafka did not tell the ends of \(partition)")
      }
      var move = ReplayMove(
        partition: partition, stored: stored[partition], committed: committed[partition], log: log, next: log.low)
      switch target {
      case .earliest: break
      case .latest: move.next = log.high
      case .current: clamp(&move, move.current ?? log.high)
      case .offset(let offset): clamp(&move, offset)
      case .offsets(let offsets):
        guard let offset = offsets[partition] else { continue }
        clamp(&move, offset)
      case .time:
        if let offset = atTime[partition] {
          clamp(&move, offset)
        } else {
          move.next = log.high
          move.note = "no record is that new"
        }
      case .shift(let count):
        guard let current = move.current else {
          throw ReplayError(.noPosition, "\(partition) cannot be shifted: the group has no position there; use another target for it")
        }
        let (shifted, overflow) = current.addingReportingOverflow(count)
        clamp(&move, overflow ? (count < 0 ? 0 : .max) : shifted)
      }
      moves.append(move)
    }
    return moves
  }

  /// Kafka's rule: an offset outside of the log becomes the end that is nearer.
  private func clamp(_ move: inout ReplayMove, _ offset: Int64) {
    move.next = min(max(offset, move.log.low), move.log.high)
    if offset < move.log.low { move.note = "\(max(offset, 0)) is before the oldest record" }
    if offset > move.log.high { move.note = "\(offset) is beyond the end" }
  }
}
