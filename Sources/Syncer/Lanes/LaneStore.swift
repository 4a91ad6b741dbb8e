internal import Kafka
internal import Postgres

/// The statements on `sluice_lanes`, which remembers what lanes have applied beyond their partition's offset.
///
/// Who may write is decided in the partition's row of `sluice_offsets`: its column `lanes` says how many lanes are in force. Each transaction of
/// a lane shares that row, and finds its number of lanes and its base unchanged, or applies nothing; whoever moves the offset, or changes the
/// number of lanes, takes the row for itself, and so waits for all lanes that are under way. So members that believe to own the same
/// partition, with the same number of lanes or with different ones, never apply the same record twice:
///
/// - *The same number.* Each lane's row moves only from where the member believes it to be; who comes second finds it moved.
/// - *Different numbers.* The second one to come first sets the number, after the other one's transactions have ended; what they have applied
///   beyond the offset is worked off record by record before the lanes are divided anew.
///
/// Rows of lanes say nothing where `lanes_offset` is not the partition's offset: somebody else has set that, by a replay or by hand.
struct LaneStore: Sendable {
  let scope: OffsetScope

  /// Takes partitions that have a stored offset for `count` lanes each. Where lanes of another number have applied something beyond the
  /// offset, they stay in force.
  ///
  /// - Returns: the lanes in force; partitions that are not divided are absent.
  func take(_ count: Int, of partitions: [TopicPartition], _ connection: Connection) async throws -> [TopicPartition: LaneProgress] {
    // Mostly there are no lanes and never were.
    if count == 1, try await divided(partitions, connection).isEmpty { return [:] }
    return try await connection.transaction { transaction in
      var taken: [TopicPartition: LaneProgress] = [:]
      // In the order in which offsets are moved.
      for partition in partitions.sorted() { taken[partition] = try await take(count, of: partition, transaction) }
      return taken
    }
  }

  private func divided(_ partitions: [TopicPartition], _ connection: Connection) async throws -> Rows {
    try await connection.query(
      """
      SELECT o.topic FROM sluice_offsets AS o
      JOIN unnest(\(partitions.map(\.topic))::text[], \(partitions.map { Int64($0.partition) })::bigint[]) AS w (topic, partition)
        USING (topic, partition)
      WHERE o.cluster_id = \(scope.clusterID) AND o.consumer_group = \(scope.group) AND o.lanes > 1
      """)
  }

  private func take(_ count: Int, of partition: TopicPartition, _ transaction: Connection) async throws -> LaneProgress? {
    let number = Int64(partition.partition)
    var stored: (next: Int64, lanes: Int, isCurrent: Bool)?
    for row in try await transaction.query(
      """
      SELECT next_offset, lanes::bigint AS lanes, lanes_offset IS NOT DISTINCT FROM next_offset AS is_current FROM sluice_offsets
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) AND topic = \(partition.topic) AND partition = \(number)
      FOR UPDATE
      """)
    {
      stored = (
        try row["next_offset", as: Int64.self], Int(try row["lanes", as: Int64.self]), try row["is_current", as: Bool.self]
      )
    }
    guard let stored else { return nil }
    if stored.lanes == 1, count == 1 { return nil }
    if stored.isCurrent, stored.lanes > 1 {
      let progress = try await progress(of: partition, transaction)
      if progress.count == stored.lanes, stored.lanes == count || !progress.isCovered(by: stored.next) { return progress }
    }
    try await transaction.execute(
      """
      DELETE FROM sluice_lanes
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) AND topic = \(partition.topic) AND partition = \(number)
      """)
    try await transaction.execute(
      """
      UPDATE sluice_offsets SET lanes = \(Int64(count))::integer, lanes_offset = next_offset
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group) AND topic = \(partition.topic) AND partition = \(number)
      """)
    guard count > 1 else { return nil }
    try await transaction.execute(
      """
      INSERT INTO sluice_lanes (cluster_id, consumer_group, topic, partition, lane, next_offset)
      SELECT \(scope.clusterID), \(scope.group), \(partition.topic), \(number)::integer, lane::integer, \(stored.next)
      FROM generate_series(0, \(Int64(count - 1))) AS lane
      """)
    return LaneProgress(next: Array(repeating: stored.next, count: count))
  }

  private func progress(of partition: TopicPartition, _ transaction: Connection) async throws -> LaneProgress {
    LaneProgress(
      next: try await transaction.query(
        """
        SELECT next_offset FROM sluice_lanes
        WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
          AND topic = \(partition.topic) AND partition = \(Int64(partition.partition)) ORDER BY lane
        """
      ).map { try $0[0, as: Int64.self] })
  }

  /// Moves lanes on, and shares their partitions' rows until the transaction ends.
  ///
  /// - Throws: ``OffsetConflict``; the transaction must be rolled back then.
  func move(_ moves: [LaneMove], _ transaction: Connection) async throws {
    for move in moves {
      let number = Int64(move.partition.partition)
      let moved = try await transaction.execute(
        """
        WITH owner AS MATERIALIZED (
          SELECT next_offset, lanes FROM sluice_offsets
          WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
            AND topic = \(move.partition.topic) AND partition = \(number)
          FOR SHARE
        )
        UPDATE sluice_lanes AS l SET next_offset = \(move.next) FROM owner AS o
        WHERE o.next_offset = \(move.base) AND o.lanes = \(Int64(move.lanes))
          AND l.cluster_id = \(scope.clusterID) AND l.consumer_group = \(scope.group)
          AND l.topic = \(move.partition.topic) AND l.partition = \(number)
          AND l.lane = \(Int64(move.lane)) AND l.next_offset = \(move.expected)
        """)
      guard moved == 1 else {
        let found = try await StoredOffsets(scope: scope).load([move.partition], transaction)
        throw OffsetConflict(stored: [move.partition: found[move.partition]])
      }
    }
  }

  /// Checks, after the offsets were moved and with their rows taken, that the lanes have come as far as was believed.
  ///
  /// - Throws: ``OffsetConflict``; the transaction must be rolled back then.
  func check(_ advances: [SinkBatch.Advance], _ transaction: Connection) async throws {
    for advance in advances {
      guard let lanes = advance.lanes, try await progress(of: advance.partition, transaction) != lanes else { continue }
      throw OffsetConflict(stored: [advance.partition: advance.expected])
    }
  }
}
