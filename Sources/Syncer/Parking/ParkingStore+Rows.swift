internal import Kafka
internal import Postgres

extension ParkingStore {
  /// A key's columns, up to where the condition stands.
  static let columns: Query = """
    SELECT id, cluster_id, consumer_group, topic, partition::bigint AS partition, key, state, error_class, error_name, sentence, handler, failed_offset,
      attempts::bigint AS attempts, (extract(epoch FROM next_attempt_at) * 1000)::bigint AS next_attempt, records, bytes,
      (extract(epoch FROM parked_at) * 1000)::bigint AS parked_at
    FROM sluice_parked_keys
    """

  /// The condition that a filter stands for.
  static func condition(_ filter: ParkedKeyFilter) -> Query {
    var query: Query = "true"
    if let clusterID = filter.clusterID { query = query + "AND cluster_id = \(clusterID)" }
    if let group = filter.group { query = query + "AND consumer_group = \(group)" }
    if let topic = filter.topic { query = query + "AND topic = \(topic)" }
    if let partition = filter.partition { query = query + "AND partition = \(Int64(partition))" }
    if let key = filter.key { query = query + "AND key_hash = \(KeyHash.of(key)) AND key = \(key)" }
    if let state = filter.state { query = query + "AND state = \(state.rawValue)" }
    if let errorClass = filter.errorClass { query = query + "AND error_class = \(errorClass.rawValue)" }
    if let errorName = filter.errorName { query = query + "AND error_name = \(errorName)" }
    if let handler = filter.handler { query = query + "AND handler = \(handler)" }
    if let offsets = filter.offsets { query = query + "AND failed_offset BETWEEN \(offsets.lowerBound) AND \(offsets.upperBound)" }
    if let from = filter.parkedFrom { query = query + "AND parked_at >= to_timestamp(\(Double(from) / 1000))" }
    if let before = filter.parkedBefore { query = query + "AND parked_at < to_timestamp(\(Double(before) / 1000))" }
    if let after = filter.after { query = query + "AND id > \(after)" }
    return query
  }

  static func records(of id: Int64, after: Int64?, limit: Int) -> Query {
    """
    SELECT k.topic, k.partition::bigint AS partition, k.key, r.record_offset, r.kind, r.value, r.headers, r.timestamp_ms,
      r.timestamp_type::bigint AS timestamp_type, r.is_edited, r.edited_value, (extract(epoch FROM r.parked_at) * 1000)::bigint AS parked_at
    FROM sluice_parked_records AS r JOIN sluice_parked_keys AS k ON k.id = r.key_id
    WHERE r.key_id = \(id) AND r.record_offset > \(after ?? -1)
    ORDER BY r.record_offset LIMIT \(Int64(min(max(limit, 0), maxPage)))
    """
  }

  static func totals(_ filter: ParkedKeyFilter, _ connection: Connection) async throws -> ParkingTotals {
    var filter = filter
    filter.after = nil
    let row = try await connection.query(
      """
      SELECT count(*) AS keys, coalesce(sum(records), 0)::bigint AS records, coalesce(sum(bytes), 0)::bigint AS bytes,
        (extract(epoch FROM min(parked_at)) * 1000)::bigint AS oldest
      FROM sluice_parked_keys WHERE \(condition(filter))
      """
    ).single()
    var totals = ParkingTotals()
    totals.keys = try row["keys"]
    totals.records = try row["records"]
    totals.bytes = try row["bytes"]
    totals.oldest = try row["oldest"]
    return totals
  }

  static func key(of row: Row) throws -> ParkedKey {
    ParkedKey(
      id: try row["id"], clusterID: try row["cluster_id"], group: try row["consumer_group"], partition: try partition(of: row),
      key: try row["key"], state: try known("state", row), errorClass: try known("error_class", row), errorName: try row["error_name"],
      sentence: try row["sentence"], handler: try row["handler"], failedOffset: try row["failed_offset"], attempts: try row["attempts"],
      nextAttempt: try row["next_attempt"], records: try row["records"], bytes: try row["bytes"], parkedAt: try row["parked_at"])
  }

  static func record(of row: Row) throws -> ParkedRecord {
    let place = try partition(of: row)
    let offset: Int64 = try row["record_offset"]
    guard let headers = HeaderCodec.decode(try row["headers"]) else {
      throw ParkingError(.damaged, "The stored headers of \(place) offset \(offset) cannot be read back: somebody else has written them.")
    }
    let number: Int64 = try row["timestamp_type"]
    let type = TimestampType.allParked.first { $0.parkedNumber == number } ?? .none
    let record = ConsumerRecord(
      topic: place.topic, partition: place.partition, offset: offset, timestamp: try row["timestamp_ms"], timestampType: type,
      key: try row["key", as: [UInt8].self], value: try row["value", as: [UInt8]?.self], headers: headers)
    return ParkedRecord(
      record: record, kind: try known("kind", row), isEdited: try row["is_edited"], editedValue: try row["edited_value", as: [UInt8]?.self],
      parkedAt: try row["parked_at"])
  }

  static func entry(of row: Row) throws -> ParkingAuditEntry {
    let first: Int64 = try row["first_offset"]
    return ParkingAuditEntry(
      id: try row["id"], at: try row["at"], action: try known("action", row),
      actor: ParkingActor(name: try row["actor"], reason: try row["reason"]), clusterID: try row["cluster_id"],
      group: try row["consumer_group"], partition: try partition(of: row), key: try row["key"],
      offsets: first...max(first, try row["last_offset"]), records: try row["records"], bytes: try row["bytes"])
  }

  private static func partition(of row: Row) throws -> TopicPartition {
    TopicPartition(topic: try row["topic"], partition: Int32(clamping: try row["partition", as: Int64.self]))
  }

  private static func known<Value: RawRepresentable<String> & CaseIterable>(_ column: String, _ row: Row) throws -> Value {
    let text: String = try row[column]
    guard let value = Value(rawValue: text) else {
      throw ParkingError(
        .damaged, "The column \(column) holds \(text), which this version does not know: expected one of \(Value.allCases.map(\.rawValue))."
      )
    }
    return value
  }
}

extension TimestampType {
  static let allParked: [TimestampType] = [.none, .createTime, .logAppendTime]

  /// How it is stored: as the Java client numbers it.
  var parkedNumber: Int64 {
    switch self {
    case .none: -1
    case .createTime: 0
    case .logAppendTime: 1
    }
  }
}
