internal import Kafka
internal import Postgres

/// The syncer's statements on parked keys, inside of its transactions.
///
/// What keeps the order is the key's row, taken `FOR UPDATE` by whoever touches the queue. Step by step: a batch with a record of key K comes while K's queue
/// is being applied. The batch's transaction asks for K's row and waits. The other one applies the rest of the queue, deletes the row and commits; the batch
/// finds no row any more and applies the record: behind everything that was queued. Had the batch been first, the record would be in the queue. Rows are taken
/// in the order of their numbers, after the offsets and before anything that a handler locks, so that none of this can deadlock.
struct ParkedQueueStore: Sendable {
  let scope: OffsetScope

  private struct Place: Hashable {
    var partition: TopicPartition
    var key: [UInt8]
  }

  /// The hashes of the keys parked in each partition.
  func hashes(of partitions: [TopicPartition], _ connection: Connection) async throws -> [TopicPartition: Set<Int64>] {
    let rows = try await connection.query(
      """
      SELECT k.topic, k.partition::bigint AS partition, k.key_hash
      FROM sluice_parked_keys AS k
      JOIN unnest(\(partitions.map(\.topic))::text[], \(partitions.map(\.partition))::integer[]) AS wanted (topic, partition)
        USING (topic, partition)
      WHERE k.cluster_id = \(scope.clusterID) AND k.consumer_group = \(scope.group)
      """)
    var hashes = Dictionary(partitions.map { ($0, Set<Int64>()) }) { first, _ in first }
    for row in rows { hashes[try Self.partition(of: row), default: []].insert(try row["key_hash"]) }
    return hashes
  }

  /// Parks the keys of records that failed, puts records behind parked keys, and says which of a batch's records that are.
  func settle(_ parking: BatchParking, _ records: [ChangeRecord], _ transaction: Connection) async throws -> ParkingOutcome {
    var outcome = ParkingOutcome()
    guard !parking.isEmpty else { return outcome }
    let suspects = parking.suspects.compactMap { index in
      records[index].key.map { (index, Place(partition: records[index].topicPartition, key: $0)) }
    }
    let failed = parking.failed.map { ($0, Place(partition: $0.record.topicPartition, key: $0.key)) }
    let asked = Set(suspects.map(\.1) + failed.map(\.1))
    var (ids, found) = try await take(asked, transaction)

    // Only the first failure of a key parks it; those of one that is parked already keep their place in its queue.
    var parkedAt: [Place: Int64] = [:]
    var first: [(BatchParking.Failed, Place)] = []
    for (failure, place) in failed where ids[place] == nil && parkedAt[place] == nil {
      parkedAt[place] = failure.record.offset
      first.append((failure, place))
    }
    let behind = suspects.filter { index, place in ids[place] != nil || parkedAt[place].map { $0 < records[index].offset } ?? false }
    for (place, id) in try await insertKeys(first, transaction) { ids[place] = id }
    outcome.keysParked = first.count
    outcome.behind = Set(behind.map(\.0))

    let queued =
      failed.map { (ids[$0.1], $0.0.record, ParkedRecord.Kind.failed) } + behind.map { (ids[$0.1], records[$0.0].record, .behind) }
    (outcome.records, outcome.bytes) = try await insert(queued.compactMap { entry in entry.0.map { ($0, entry.1, entry.2) } }, transaction)

    for place in first.map(\.1) { found[place.partition, default: []].insert(KeyHash.of(place.key)) }
    outcome.parkedHashes = found
    for place in asked {
      let hash = KeyHash.of(place.key)
      if found[place.partition]?.contains(hash) != true { outcome.freeHashes[place.partition, default: []].insert(hash) }
    }
    return outcome
  }

  /// Takes the rows of keys, and says of which hashes there are any.
  ///
  /// Each place is looked up by itself, whatever the planner believes of a table that grows faster than its statistics: it would read all keys of the
  /// group for each of them.
  private func take(
    _ places: Set<Place>, _ transaction: Connection
  ) async throws -> (ids: [Place: Int64], hashes: [TopicPartition: Set<Int64>]) {
    let places = Array(places)
    let rows = try await transaction.query(
      """
      SELECT id, topic, partition::bigint AS partition, key, key_hash
      FROM sluice_parked_keys
      WHERE id = ANY (ARRAY(
        SELECT k.id
        FROM unnest(
          \(places.map(\.partition.topic))::text[], \(places.map(\.partition.partition))::integer[],
          \(places.map { KeyHash.of($0.key) })::bigint[]) AS w (topic, partition, key_hash)
        CROSS JOIN LATERAL (
          SELECT p.id FROM sluice_parked_keys AS p
          WHERE p.cluster_id = \(scope.clusterID) AND p.consumer_group = \(scope.group) AND p.topic = w.topic AND p.partition = w.partition
            AND p.key_hash = w.key_hash
          OFFSET 0) AS k))
      ORDER BY id FOR UPDATE
      """)
    var ids: [Place: Int64] = [:]
    var hashes: [TopicPartition: Set<Int64>] = [:]
    for row in rows {
      let partition = try Self.partition(of: row)
      ids[Place(partition: partition, key: try row["key"])] = try row["id"]
      hashes[partition, default: []].insert(try row["key_hash"])
    }
    return (ids, hashes)
  }

  private func insertKeys(_ failures: [(BatchParking.Failed, Place)], _ transaction: Connection) async throws -> [Place: Int64] {
    guard !failures.isEmpty else { return [:] }
    let verdicts = failures.map(\.0.verdict)
    let rows = try await transaction.query(
      """
      INSERT INTO sluice_parked_keys AS k (cluster_id, consumer_group, topic, partition, key, key_hash, state, error_class, error_name, sentence,
        handler, first_offset, failed_offset, next_attempt_at, records, bytes)
      SELECT \(scope.clusterID), \(scope.group), f.topic, f.partition::integer, f.key, f.key_hash, 'parked', f.error_class, f.error_name, f.sentence,
        f.handler, f.failed_offset, f.failed_offset, clock_timestamp() + make_interval(secs => f.retry_after), 0, 0
      FROM unnest(
        \(failures.map(\.1.partition.topic))::text[], \(failures.map { Int64($0.1.partition.partition) })::bigint[],
        \(failures.map(\.1.key))::bytea[], \(failures.map { KeyHash.of($0.1.key) })::bigint[],
        \(failures.map(\.0.errorClass.rawValue))::text[], \(verdicts.map { StoredText.bounded($0.errorName, 256) })::text[],
        \(verdicts.map { StoredText.bounded($0.sentence) })::text[], \(verdicts.map { $0.handler.map { StoredText.bounded($0, 256) } })::text[],
        \(failures.map(\.0.record.offset))::bigint[], \(failures.map { $0.0.retryAfter.map { $0 / .seconds(1) } })::float8[]
      ) AS f (topic, partition, key, key_hash, error_class, error_name, sentence, handler, failed_offset, retry_after)
      ON CONFLICT (cluster_id, consumer_group, topic, partition, key_hash, sha256(key)) DO UPDATE SET changed_at = clock_timestamp()
      RETURNING k.id, k.topic, k.partition::bigint AS partition, k.key
      """)
    var ids: [Place: Int64] = [:]
    for row in rows { ids[Place(partition: try Self.partition(of: row), key: try row["key"])] = try row["id"] }
    return ids
  }

  /// Puts records into queues. One that is there already, as offsets were reset backwards, stays as it is.
  private func insert(
    _ queued: [(id: Int64, record: ConsumerRecord, kind: ParkedRecord.Kind)], _ transaction: Connection
  ) async throws -> (records: Int64, bytes: Int64) {
    guard !queued.isEmpty else { return (0, 0) }
    let headers = queued.map { HeaderCodec.encode($0.record.headers) }
    let sizes = zip(queued, headers).map { Int64(($0.record.key?.count ?? 0) + ($0.record.value?.count ?? 0) + $1.count) }
    let row = try await transaction.query(
      """
      WITH inserted AS (
        INSERT INTO sluice_parked_records (key_id, record_offset, kind, value, headers, timestamp_ms, timestamp_type, bytes)
        SELECT q.key_id, q.record_offset, q.kind, q.value, q.headers, q.timestamp_ms, q.timestamp_type::smallint, q.bytes
        FROM unnest(
          \(queued.map(\.id))::bigint[], \(queued.map(\.record.offset))::bigint[], \(queued.map(\.kind.rawValue))::text[],
          \(queued.map(\.record.value))::bytea[], \(headers)::bytea[], \(queued.map(\.record.timestamp))::bigint[],
          \(queued.map(\.record.timestampType.parkedNumber))::bigint[], \(sizes)::bigint[]
        ) AS q (key_id, record_offset, kind, value, headers, timestamp_ms, timestamp_type, bytes)
        ON CONFLICT (key_id, record_offset) DO NOTHING
        RETURNING key_id, bytes
      ), sums AS (SELECT key_id, count(*) AS records, sum(bytes)::bigint AS bytes FROM inserted GROUP BY key_id), counted AS (
        UPDATE sluice_parked_keys AS k SET records = k.records + s.records, bytes = k.bytes + s.bytes, changed_at = clock_timestamp()
        FROM sums AS s WHERE k.id = s.key_id
        RETURNING s.records, s.bytes
      )
      SELECT coalesce(sum(records), 0)::bigint AS records, coalesce(sum(bytes), 0)::bigint AS bytes FROM counted
      """
    ).single()
    return (try row["records"], try row["bytes"])
  }

  static func partition(of row: Row) throws -> TopicPartition {
    TopicPartition(topic: try row["topic"], partition: Int32(clamping: try row["partition", as: Int64.self]))
  }
}
