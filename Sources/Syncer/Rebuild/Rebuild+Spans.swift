internal import Kafka
internal import Postgres

/// Where a version is, and where it has to come.
extension Rebuild {
  /// What the version lacks of what the live group has applied.
  func spans(_ work: RebuildPass, _ scopes: Scopes, live: [TopicPartition: Int64]? = nil) async throws -> [RebuildPass.Span] {
    var (stored, lanes, targets) = try await pool.withConnection { connection in
      (
        try await store.offsets(scopes.own, connection), try await store.lanes(scopes.own, connection),
        try await store.offsets(scopes.live, connection)
      )
    }
    if let live { targets = live }
    targets = ours(targets)
    try checkPositions(targets)
    if configuration.source == .snapshot, stored.isEmpty {
      // What was before comes by the snapshot. A partition that is new later on has its beginning.
      let begin = targets
      try await pool.transaction { try await store.put(begin, scopes.own, $0) }
      stored = begin
      lanes = [:]
    }
    let missing = targets.keys.filter { stored[$0] == nil }.sorted()
    if !missing.isEmpty { return try spans(targets, stored: stored, lanes, starts: try await starts(of: missing)) }
    return try spans(targets, stored: stored, lanes, starts: [:])
  }

  private func spans(
    _ targets: [TopicPartition: Int64], stored: [TopicPartition: Int64], _ lanes: [TopicPartition: LaneProgress],
    starts: [TopicPartition: Int64]
  ) throws -> [RebuildPass.Span] {
    try targets.sorted { $0.key < $1.key }.map { partition, target in
      guard let from = stored[partition] ?? starts[partition] else {
        throw RebuildError(.unavailable, "Kafka did not tell where \(partition) begins")
      }
      return RebuildPass.Span(partition: partition, stored: stored[partition], lanes: lanes[partition], from: from, to: target)
    }
  }

  /// Where partitions begin that the version has nothing of.
  ///
  /// - Throws: ``RebuildError`` (`historyIsCut`) where retention has removed records that the version needs.
  func starts(
    of partitions: [TopicPartition], advice: String = "the topics do not hold everything: use --from snapshot"
  ) async throws -> [TopicPartition: Int64] {
    let consumer = try Consumer(configuration: configuration.consumer, logger: logger)
    let log: [TopicPartition: Watermarks]
    do { log = try await consumer.watermarks(for: partitions) } catch {
      await consumer.close(deadline: .seconds(1))
      throw error
    }
    await consumer.close(deadline: .seconds(5))
    let cut = log.filter { $0.value.low > 0 }.sorted { $0.key < $1.key }
    if let first = cut.first {
      throw RebuildError(
        .historyIsCut,
        "retention has removed records of \(cut.count) partitions (\(first.key): all before \(first.value.low)), so \(advice)"
      )
    }
    return log.mapValues(\.low)
  }

  /// Follows the live group to the ends that the topics have now: a snapshot's last rows are before them.
  func reachEnds(_ work: RebuildPass, _ scopes: Scopes) async throws {
    let partitions = ours(try await pool.withConnection { try await store.offsets(scopes.live, $0) }).keys.sorted()
    let consumer = try Consumer(configuration: configuration.consumer, logger: logger)
    let ends: [TopicPartition: Watermarks]
    do { ends = try await consumer.watermarks(for: partitions) } catch {
      await consumer.close(deadline: .seconds(1))
      throw error
    }
    await consumer.close(deadline: .seconds(5))
    while true {
      try await step(work, scopes)
      let stored = try await pool.withConnection { try await store.offsets(scopes.own, $0) }
      let left = ends.reduce(0) { $0 + max(0, $1.value.high - (stored[$1.key] ?? $1.value.low)) }
      work.meter.begin(.following, left: left)
      if left == 0 { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// - Throws: ``RebuildError`` (`noLiveGroup`) where there is nothing to come up to.
  func checkPositions(_ live: [TopicPartition: Int64]) throws {
    guard live.isEmpty else { return }
    throw RebuildError(
      .noLiveGroup,
      "group \(configuration.group) has no stored offsets in this database: start its syncer first, or name another group with --group")
  }
}
