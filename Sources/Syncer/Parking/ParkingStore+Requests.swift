internal import Kafka
internal import Postgres

extension ParkingStore {
  /// Asks for another attempt at the whole queue, whatever the attempts so far. The owner of the partition makes it; where it fails again, the
  /// key is parked again with ``ParkedKey/attempts`` plus one.
  ///
  /// - Throws: ``ParkingError`` where no such key is parked.
  public func requestRetry(of id: Int64, by actor: ParkingActor) async throws {
    try await change(id, .retry, by: actor) { _, transaction in
      try await Self.markRetrying(id, transaction)
    }
  }

  /// Replaces the value of a failed record; the original is kept beside it until the record is applied. Nil makes a tombstone of it.
  /// Nothing is applied yet: ask for a retry.
  ///
  /// - Throws: ``ParkingError`` where there is no such record, or it has not failed.
  public func edit(recordAt offset: Int64, of id: Int64, value: [UInt8]?, by actor: ParkingActor) async throws {
    try await change(id, .edit, offset: offset, by: actor) { _, transaction in
      try await Self.checkFailed(offset, of: id, transaction)
      try await transaction.execute(
        """
        UPDATE sluice_parked_records SET is_edited = true, edited_value = \(value)
        WHERE key_id = \(id) AND record_offset = \(offset)
        """)
    }
  }

  /// Drops a failed record; those behind it are applied by the owner of the partition as soon as it can. Without any behind it the key goes its
  /// way again at once.
  ///
  /// - Throws: ``ParkingError`` where there is no such record, or it has not failed: one that only waits cannot be dropped by itself.
  public func discard(recordAt offset: Int64, of id: Int64, by actor: ParkingActor) async throws {
    try await change(id, .discardRecord, offset: offset, by: actor) { _, transaction in
      try await Self.checkFailed(offset, of: id, transaction)
      try await Self.remove([offset], of: id, transaction)
      if try await !Self.releaseIfEmpty(id, transaction) { try await Self.markRetrying(id, transaction) }
    }
  }

  /// Drops the whole queue, what has arrived until this moment included. The next record of the key is applied as if those before had never been.
  ///
  /// - Returns: how many records were dropped.
  /// - Throws: ``ParkingError`` where no such key is parked.
  @discardableResult
  public func discard(keyOf id: Int64, by actor: ParkingActor) async throws -> Int64 {
    try await change(id, .discardKey, by: actor) { key, transaction in
      try await transaction.execute("DELETE FROM sluice_parked_records WHERE key_id = \(id)")
      try await transaction.execute("DELETE FROM sluice_parked_keys WHERE id = \(id)")
      return key.records
    }
  }

  /// Takes the key's row, writes down what is done, and does it.
  private func change<Result>(
    _ id: Int64, _ action: ParkingAuditEntry.Action, offset: Int64? = nil, by actor: ParkingActor,
    isolation: isolated (any Actor)? = #isolation, _ body: (ParkedKey, Connection) async throws -> Result
  ) async throws -> Result {
    try await pool.transaction { transaction in
      guard let key = try await Self.take(id, transaction) else { throw ParkingError.unknownKey(id) }
      try await Self.write(action, id: id, offset: offset, by: actor, transaction)
      return try await body(key, transaction)
    }
  }

  // MARK: Statements

  /// Reads a key's row and holds it until the transaction ends: whoever appends to the queue, empties it or drops it comes one after another.
  static func take(_ id: Int64, _ transaction: Connection) async throws -> ParkedKey? {
    try await transaction.query("\(columns) WHERE id = \(id) FOR UPDATE").first.map(key(of:))
  }

  /// Writes down what is done with a key, or with one record of it.
  static func write(
    _ action: ParkingAuditEntry.Action, id: Int64, offset: Int64? = nil, by actor: ParkingActor, _ transaction: Connection
  ) async throws {
    try await transaction.execute(
      """
      INSERT INTO sluice_parking_audit
        (action, actor, reason, cluster_id, consumer_group, topic, partition, key, first_offset, last_offset, records, bytes)
      SELECT \(action.rawValue), \(StoredText.bounded(actor.name)), \(StoredText.bounded(actor.reason)),
        k.cluster_id, k.consumer_group, k.topic, k.partition, k.key,
        coalesce(min(r.record_offset), k.failed_offset), coalesce(max(r.record_offset), k.failed_offset), count(r.record_offset),
        coalesce(sum(r.bytes), 0)::bigint
      FROM sluice_parked_keys AS k
      LEFT JOIN sluice_parked_records AS r ON r.key_id = k.id AND (\(offset)::bigint IS NULL OR r.record_offset = \(offset)::bigint)
      WHERE k.id = \(id)
      GROUP BY k.id
      """)
  }

  static func remove(_ offsets: [Int64], of id: Int64, _ transaction: Connection) async throws {
    try await transaction.execute(
      """
      WITH removed AS (
        DELETE FROM sluice_parked_records WHERE key_id = \(id) AND record_offset = ANY(\(offsets)::bigint[]) RETURNING bytes
      ), freed AS (SELECT count(*) AS records, coalesce(sum(bytes), 0)::bigint AS bytes FROM removed)
      UPDATE sluice_parked_keys AS k SET records = k.records - freed.records, bytes = k.bytes - freed.bytes, changed_at = clock_timestamp()
      FROM freed WHERE k.id = \(id)
      """)
  }

  /// Removes the key where nothing is left of its queue. True where it did.
  static func releaseIfEmpty(_ id: Int64, _ transaction: Connection) async throws -> Bool {
    try await transaction.execute(
      """
      DELETE FROM sluice_parked_keys
      WHERE id = \(id) AND NOT EXISTS (SELECT FROM sluice_parked_records WHERE key_id = \(id))
      """) > 0
  }

  private static func markRetrying(_ id: Int64, _ transaction: Connection) async throws {
    try await transaction.execute(
      """
      UPDATE sluice_parked_keys SET state = 'retrying', next_attempt_at = clock_timestamp(), changed_at = clock_timestamp()
      WHERE id = \(id)
      """)
  }

  private static func checkFailed(_ offset: Int64, of id: Int64, _ transaction: Connection) async throws {
    let rows = try await transaction.query("SELECT kind FROM sluice_parked_records WHERE key_id = \(id) AND record_offset = \(offset)")
    guard let kind: String = try rows.first?["kind"] else { throw ParkingError.unknownRecord(id, offset: offset) }
    guard kind == ParkedRecord.Kind.failed.rawValue else {
      throw ParkingError(
        .notFailed,
        "The record of offset \(offset) has not failed, it waits behind one that has: edit or discard that one, or discard the whole key.")
    }
  }
}
