public import Kafka
public import Postgres

/// What the read database knows of groups: the offsets that syncers move in the transactions that apply the records.
public enum GroupOffsetStore {
  /// The next offset of each partition, by group, in a cluster. Empty where no syncer has ever used this database.
  public static func load(clusterID: String, _ connection: Connection) async throws -> [String: [TopicPartition: Int64]] {
    guard try await connection.query("SELECT FROM pg_catalog.pg_class WHERE oid = to_regclass('sluice_offsets')").count == 1 else {
      return [:]
    }
    let rows = try await connection.query(
      """
      SELECT consumer_group, topic, partition::bigint AS partition, next_offset
      FROM sluice_offsets WHERE cluster_id = \(clusterID)
      """)
    var groups: [String: [TopicPartition: Int64]] = [:]
    for row in rows {
      let partition = TopicPartition(
        topic: try row["topic", as: String.self], partition: Int32(clamping: try row["partition", as: Int64.self]))
      groups[try row["consumer_group", as: String.self], default: [:]][partition] = try row["next_offset", as: Int64.self]
    }
    return groups
  }
}
