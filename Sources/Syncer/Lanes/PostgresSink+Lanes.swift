public import Kafka

extension PostgresSink {
  /// Divides the keys of partitions into lanes, in the tables `sluice_offsets` and `sluice_lanes`.
  public func takeLanes(_ count: Int, of partitions: [TopicPartition]) async throws -> [TopicPartition: LaneProgress] {
    let lanes = LaneStore(scope: try preparedScope())
    return try await pool.withConnection { try await lanes.take(count, of: partitions, $0) }
  }
}
