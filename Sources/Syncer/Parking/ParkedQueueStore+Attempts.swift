internal import Kafka
internal import Postgres

extension ParkedQueueStore {
  /// Parked keys for which an attempt is asked for or due, those that wait longest first.
  func due(in partitions: [TopicPartition], limit: Int, _ connection: Connection) async throws -> [ParkedKey] {
    try await connection.query(
      """
      \(ParkingStore.columns)
      WHERE cluster_id = \(scope.clusterID) AND consumer_group = \(scope.group)
        AND (topic, partition) IN (SELECT * FROM unnest(\(partitions.map(\.topic))::text[], \(partitions.map(\.partition))::integer[]))
        AND (state = 'retrying' OR next_attempt_at <= clock_timestamp())
      ORDER BY next_attempt_at NULLS FIRST, id LIMIT \(Int64(limit))
      """
    ).map(ParkingStore.key(of:))
  }

  /// Takes a key's row and the first records of its queue. Nil where no attempt is asked for any more.
  func takeQueue(of id: Int64, limit: Int, _ transaction: Connection) async throws -> [ParkedRecord]? {
    let isDue = try await transaction.query(
      """
      SELECT state = 'retrying' OR coalesce(next_attempt_at <= clock_timestamp(), false) AS is_due
      FROM sluice_parked_keys WHERE id = \(id) FOR UPDATE
      """
    ).first.map { try $0["is_due", as: Bool.self] }
    guard isDue == true else { return nil }
    return try await transaction.query(ParkingStore.records(of: id, after: nil, limit: limit)).map(ParkingStore.record(of:))
  }

  /// The first records of the queue were applied: removes them, and releases the key where nothing is left. True where it did.
  func applied(_ records: [ParkedRecord], of id: Int64, _ transaction: Connection) async throws -> Bool {
    try await transaction.execute(
      """
      WITH removed AS (
        DELETE FROM sluice_parked_records WHERE key_id = \(id) AND record_offset = ANY(\(records.map(\.record.offset))::bigint[]) RETURNING bytes
      ), done AS (SELECT count(*) AS records, coalesce(sum(bytes), 0)::bigint AS bytes FROM removed)
      UPDATE sluice_parked_keys AS k
      SET state = 'retrying', records = k.records - done.records, bytes = k.bytes - done.bytes,
        applied_records = k.applied_records + done.records, applied_bytes = k.applied_bytes + done.bytes, changed_at = clock_timestamp()
      FROM done WHERE k.id = \(id)
      """)
    let last = records.last?.record.offset ?? 0
    try await transaction.execute(
      """
      INSERT INTO sluice_parking_audit
        (action, actor, reason, cluster_id, consumer_group, topic, partition, key, first_offset, last_offset, records, bytes)
      SELECT 'resolved', 'sluice syncer', 'the queue was applied in order', k.cluster_id, k.consumer_group, k.topic, k.partition, k.key,
        least(k.first_offset, \(last)), \(last), k.applied_records, k.applied_bytes
      FROM sluice_parked_keys AS k
      WHERE k.id = \(id) AND NOT EXISTS (SELECT FROM sluice_parked_records AS r WHERE r.key_id = k.id)
      """)
    return try await ParkingStore.releaseIfEmpty(id, transaction)
  }

  /// The first record of the queue has failed: the key waits. Nothing where the queue begins with another record by now.
  func park(_ id: Int64, failedAt offset: Int64, _ failure: QueueFailure, _ transaction: Connection) async throws {
    guard try await ParkingStore.take(id, transaction) != nil else { return }
    let first = try await transaction.query("SELECT min(record_offset) AS first FROM sluice_parked_records WHERE key_id = \(id)").single()
    guard try first["first", as: Int64?.self] == offset else { return }
    try await transaction.execute("UPDATE sluice_parked_records SET kind = 'failed' WHERE key_id = \(id) AND record_offset = \(offset)")
    let verdict = failure.verdict
    try await transaction.execute(
      """
      UPDATE sluice_parked_keys SET state = 'parked', error_class = \(failure.errorClass.rawValue),
        error_name = \(StoredText.bounded(verdict.errorName, 256)), sentence = \(StoredText.bounded(verdict.sentence)),
        handler = \(verdict.handler.map { StoredText.bounded($0, 256) }), failed_offset = \(offset), attempts = \(Int64(failure.attempts)),
        next_attempt_at = clock_timestamp() + make_interval(secs => \(failure.retryAfter.map { $0 / .seconds(1) })::float8), changed_at = clock_timestamp()
      WHERE id = \(id)
      """)
  }
}
