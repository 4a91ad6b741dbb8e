internal import CRDKafka

extension Consumer {
  /// Continues these partitions at other offsets. Records that were fetched before are dropped; batches that the owner already has are
  /// the owner's to drop.
  /// - Throws: `KafkaError` (`wrongState`) if one is not assigned.
  public func seek(_ offsets: [TopicPartition: Int64], timeout: Duration = .seconds(10)) async throws {
    try checkOpen("seek")
    guard !offsets.isEmpty else { return }
    let handle = handle
    let milliseconds = max(1, timeout.timeout)
    try await handle.blocking.run {
      let list = try TopicPartitionList(offsets)
      try KafkaError.check(rd_kafka_seek_partitions(handle.pointer, list.pointer, milliseconds), where: "Consumer.seek")
      try Self.throwFirstError(of: list, where: "Consumer.seek")
    }
  }

  /// Stops reading these partitions; they stay assigned. Records of them that wait in memory are fetched again later.
  /// - Throws: `KafkaError` if one is not assigned.
  public func pause(_ partitions: [TopicPartition]) async throws {
    let fresh = Set(partitions).subtracting(state.withLock { $0.paused })
    try await setPaused(fresh, "pause") { rd_kafka_pause_partitions($0, $1) }
    state.withLock { $0.paused.formUnion(fresh) }
  }

  /// Goes on reading paused partitions; others are left alone.
  ///
  /// librdkafka 2.0 drops what it has fetched when it is told to resume a partition that is not paused, and goes on behind it.
  public func resume(_ partitions: [TopicPartition]) async throws {
    let resting = Set(partitions).intersection(state.withLock { $0.paused })
    try await setPaused(resting, "resume") { rd_kafka_resume_partitions($0, $1) }
    state.withLock { $0.paused.subtract(resting) }
    if !resting.isEmpty { tellOfRoom(isUrgent: true) }
  }

  /// The partitions that are paused now.
  public var paused: Set<TopicPartition> { state.withLock { $0.paused } }

  /// The partitions whose end was reached since the last call, each with the offset that its next record will have.
  ///
  /// All records before that offset have been returned by `nextBatch`. The offset can be higher than the last record's by more than one:
  /// markers of transactions, records of aborted ones and what compaction has removed have offsets and are never returned.
  public func takeReachedEnds() -> [TopicPartition: Int64] {
    state.withLock { state in
      defer { state.ends = [:] }
      return state.ends
    }
  }

  /// The partitions that this consumer reads now.
  public var assignment: [TopicPartition] {
    commits.withLock { $0.ledger.owned.keys.sorted() }
  }

  /// The next offset that `nextBatch` will return for each partition; left out where nothing was read yet.
  public func position(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    let handle = handle
    return try await handle.blocking.run {
      let list = try TopicPartitionList(partitions)
      try KafkaError.check(rd_kafka_position(handle.pointer, list.pointer), where: "Consumer.position")
      return list.offsets
    }
  }

  /// The group's committed offsets; left out where it has none.
  public func committed(_ partitions: [TopicPartition], timeout: Duration = .seconds(10)) async throws -> [TopicPartition: Int64] {
    try await handle.committed(partitions, timeout: timeout)
  }

  /// Both ends of each partition, asked of the brokers.
  public func watermarks(for partitions: [TopicPartition], timeout: Duration = .seconds(10)) async throws -> [TopicPartition: Watermarks] {
    try await handle.watermarks(for: partitions, timeout: timeout)
  }

  /// For each partition the offset of the first record at or after a time; left out where there is none.
  /// - Parameter times: milliseconds since 1970.
  public func offsets(forTimes times: [TopicPartition: Int64], timeout: Duration = .seconds(10)) async throws -> [TopicPartition: Int64] {
    try await handle.offsets(forTimes: times, timeout: timeout)
  }

  /// The cluster's ID, which brokers keep for life.
  public func clusterID(timeout: Duration = .seconds(10)) async throws -> String {
    try await handle.clusterID(timeout: timeout)
  }

  /// Who this consumer is in its group now, for `Producer.sendOffsets`.
  public func groupMetadata() throws -> ConsumerGroupMetadata {
    guard configuration.groupID != nil, let pointer = rd_kafka_consumer_group_metadata(handle.pointer) else {
      throw KafkaError(code: .unknownGroup, where: "Consumer.groupMetadata")
    }
    return ConsumerGroupMetadata(owning: pointer)
  }

  private func setPaused(
    _ partitions: Set<TopicPartition>, _ place: String,
    _ call: @escaping @Sendable (OpaquePointer, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) -> rd_kafka_resp_err_t
  ) async throws {
    try checkOpen(place)
    guard !partitions.isEmpty else { return }
    let handle = handle
    try await handle.blocking.run {
      let list = try TopicPartitionList(partitions)
      try KafkaError.check(call(handle.pointer, list.pointer), where: "Consumer.\(place)")
      try Self.throwFirstError(of: list, where: "Consumer.\(place)")
    }
  }

  private static func throwFirstError(of list: borrowing TopicPartitionList, where place: String) throws {
    guard let first = list.entries.first(where: { $0.error != .noError }) else { return }
    throw KafkaError(code: first.error, reason: "\(first.partition): \(first.error.summary)", where: place)
  }
}
