internal import Kafka

/// What lanes of the live syncer have applied beyond its offsets: it is applied to the version lane by lane, and remembered as the syncer remembers it, so
/// that nothing of it is applied again, whatever becomes of the switch.
extension RebuildPass {
  /// Brings the lanes of the version, which stands at the live offsets, to where the live lanes are.
  ///
  /// - Parameters:
  ///   - lanes: the live lanes that are ahead.
  ///   - offsets: the live offsets.
  ///   - own: the lanes of the version as they are stored.
  /// - Throws: ``RebuildError`` (`lanesAreAhead`) where the version's lanes are others: it has to be tried again, when the offsets have moved past them.
  func run(_ lanes: [TopicPartition: LaneProgress], from offsets: [TopicPartition: Int64], own: [TopicPartition: LaneProgress]) async throws
  {
    guard !lanes.isEmpty else { return }
    // An earlier attempt may have brought them a part of the way.
    let isForeign = lanes.contains { partition, live in
      guard let mine = own[partition], !mine.isCovered(by: offsets[partition] ?? 0) else { return false }
      return mine.count != live.count || zip(mine.next, live.next).contains { $0 > $1 }
    }
    guard !isForeign else { throw Self.areElsewhere }
    var start: [TopicPartition: LaneProgress] = [:]
    for (count, partitions) in Dictionary(grouping: lanes.keys, by: { lanes[$0]?.count ?? 1 }) {
      start.merge(try await sink.takeLanes(count, of: partitions)) { $1 }
    }
    for (partition, live) in lanes.sorted(by: { $0.key < $1.key }) {
      guard let base = offsets[partition], let mine = start[partition], mine.count == live.count else { throw Self.areElsewhere }
      let records = try await records(of: partition, from: base, live: live, mine: mine)
      for lane in live.next.indices where mine.next[lane] < live.next[lane] {
        try await move(
          LaneMove(
            partition: partition, lanes: live.count, lane: lane, base: base, expected: mine.next[lane], next: live.next[lane]),
          applying: records.filter { Lane.index(of: $0.key ?? [], count: live.count) == lane })
      }
    }
  }

  /// The records that the live lanes have applied, and the version's have not.
  private func records(of partition: TopicPartition, from base: Int64, live: LaneProgress, mine: LaneProgress) async throws
    -> [ConsumerRecord]
  {
    var found: [ConsumerRecord] = []
    try await SpanReader(configuration: configuration, logger: logger).read(
      [SpanReader.Span(partition: partition, from: base, to: live.next.max() ?? base)]
    ) { polled in
      found += polled.filter {
        live.hasApplied(key: $0.key, offset: $0.offset) && !mine.hasApplied(key: $0.key, offset: $0.offset)
      }
    } end: { _ in
    }
    return found
  }

  private func move(_ move: LaneMove, applying records: [ConsumerRecord]) async throws {
    var current = move
    do {
      try await apply(records) { batch, range, excluded in
        batch.work(range, excluded: excluded, lane: current)
      } done: { batch in
        if let last = batch.laneMoves.last { current.expected = last.next }
      }
      guard current.expected < move.next else { return }
      var rest = SinkBatch(records: [], advances: [])
      rest.laneMoves = [current]
      try await sink.apply(rest)
    } catch is OffsetConflict {
      throw Self.areElsewhere
    }
  }

  private static var areElsewhere: RebuildError {
    RebuildError(
      .lanesAreAhead, "lanes of the live syncer (syncer.lanes) are ahead of its offsets, and those of the new version are elsewhere")
  }
}
