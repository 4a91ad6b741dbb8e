internal import Kafka
internal import Postgres

/// The statements on `sluice_offsets`.
struct StoredOffsets: Sendable {
  let scope: OffsetScope

  /// The next offset of each partition that has one.
  func load(_ partitions: [TopicPartition], _ connection: Connection) async throws -> [TopicPartition: Int64] {
    guard !partitions.isEmpty else { return [:] }
    let topics = partitions.map(\.topic)
    let numbers = partitions.map { Int64($0.partition) }
    let rows = try await connection.query(
      """
      SELECT o.topic, o.partition::bigint AS partition, o.next_offset
      FROM sluice_offsets AS o
      JOIN unnest(\(topics)::text[], \(numbers)::bigint[]) AS wanted (topic, partition) USING (topic, partition)
      WHERE o.cluster_id = \(scope.clusterID) AND o.consumer_group = \(scope.group)
      """)
    var stored: [TopicPartition: Int64] = [:]
    for row in rows {
      stored[try Self.partition(of: row)] = try row["next_offset", as: Int64.self]
    }
    return stored
  }

  /// Moves offsets, each from what is expected to what is next, and holds the rows until the transaction ends.
  ///
  /// This is the fence between two members that believe to own a partition. Step by step: the old owner A has polled 100..<200 and was
  /// declared dead; the new owner B starts at 100 and applies 100..<150. Whoever runs this statement first holds the row; the other one
  /// waits here, before it has written anything, then finds 150 (or 200) instead of 100, moves nothing, and throws. Since the row is taken
  /// first, in order of the partitions, two such members cannot deadlock on it.
  ///
  /// Its rows are for ``check(_:of:_:)``. None where nothing is to be moved.
  func moving(_ advances: [SinkBatch.Advance]) -> [Query] {
    guard !advances.isEmpty else { return [] }
    let topics = advances.map(\.partition.topic)
    let numbers = advances.map { Int64($0.partition.partition) }
    let expected = advances.map { $0.expected ?? -1 }
    let next = advances.map(\.next)
    let lanes = advances.map { Int64($0.lanes?.count ?? 1) }
    // A row that is expected and missing is left missing: somebody has deleted it.
    let query: Query = """
      WITH moves AS (
        SELECT * FROM unnest(\(topics)::text[], \(numbers)::bigint[], \(expected)::bigint[], \(next)::bigint[],
          \(lanes)::bigint[])
          AS m (topic, partition, expected, next_offset, lanes)
      )
      INSERT INTO sluice_offsets AS o (cluster_id, consumer_group, topic, partition, next_offset, lanes_offset, updated_at)
      SELECT \(scope.clusterID), \(scope.group), m.topic, m.partition::integer, m.next_offset, m.next_offset, clock_timestamp()
      FROM moves AS m
      WHERE m.expected < 0 OR EXISTS (
        SELECT FROM sluice_offsets AS s
        WHERE s.cluster_id = \(scope.clusterID) AND s.consumer_group = \(scope.group)
          AND s.topic = m.topic AND s.partition = m.partition)
      ORDER BY m.topic, m.partition
      ON CONFLICT (cluster_id, consumer_group, topic, partition) DO UPDATE
        SET next_offset = excluded.next_offset, lanes_offset = excluded.lanes_offset, updated_at = excluded.updated_at
        WHERE excluded.next_offset > o.next_offset AND (o.next_offset, o.lanes) = (
          SELECT m.expected, m.lanes FROM moves AS m WHERE m.topic = excluded.topic AND m.partition = excluded.partition)
      RETURNING o.topic, o.partition::bigint AS partition
      """
    return [query.prepared()]
  }

  /// Looks whether all offsets were moved.
  ///
  /// - Throws: ``OffsetConflict``; the transaction must be rolled back then.
  func check(_ moves: [Rows], of advances: [SinkBatch.Advance], _ transaction: Connection) async throws {
    var moved: Set<TopicPartition> = []
    for row in moves.joined() { moved.insert(try Self.partition(of: row)) }
    let refused = advances.filter { !moved.contains($0.partition) }.map(\.partition)
    guard !refused.isEmpty else { return }
    let found = try await load(refused, transaction)
    throw OffsetConflict(stored: Dictionary(uniqueKeysWithValues: refused.map { ($0, found[$0]) }))
  }

  /// Sets an offset, backwards too.
  func reset(_ partition: TopicPartition, expected: Int64, to offset: Int64, _ connection: Connection) async throws {
    let changed = try await connection.execute(
      """
      UPDATE sluice_offsets SET next_offset = \(offset), updated_at = clock_timestamp()
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
        AND topic = \(partition.topic) AND partition = \(Int64(partition.partition)) AND next_offset = \(expected)
      """)
    guard changed == 0 else { return }
    let found = try await load([partition], connection)
    throw OffsetConflict(stored: [partition: found[partition]])
  }

  private static func partition(of row: Row) throws -> TopicPartition {
    TopicPartition(topic: try row["topic", as: String.self], partition: Int32(clamping: try row["partition", as: Int64.self]))
  }
}
