internal import CRDKafka

/// Questions that librdkafka answers by blocking, for every kind of client.
extension ClientHandle {
  func committed(_ partitions: [TopicPartition], timeout: Duration) async throws -> [TopicPartition: Int64] {
    guard !partitions.isEmpty else { return [:] }
    return try await blocking.run { [self] in
      let list = try TopicPartitionList(partitions)
      try KafkaError.check(rd_kafka_committed(pointer, list.pointer, max(1, timeout.timeout)), where: "committed offsets")
      return try list.checkedOffsets(where: "committed offsets")
    }
  }

  func watermarks(for partitions: [TopicPartition], timeout: Duration) async throws -> [TopicPartition: Watermarks] {
    guard !partitions.isEmpty else { return [:] }
    // ListOffsets takes -2 for the beginning and -1 for the end instead of a time: one request to each leader for all its partitions.
    let unique = Set(partitions)
    let low = try await offsets(at: Dictionary(uniqueKeysWithValues: unique.map { ($0, -2) }), timeout, "watermarks")
    let high = try await offsets(at: Dictionary(uniqueKeysWithValues: unique.map { ($0, -1) }), timeout, "watermarks")
    return low.reduce(into: [:]) { found, entry in
      if let end = high[entry.key] { found[entry.key] = Watermarks(low: entry.value, high: max(entry.value, end)) }
    }
  }

  func offsets(forTimes times: [TopicPartition: Int64], timeout: Duration) async throws -> [TopicPartition: Int64] {
    guard !times.isEmpty else { return [:] }
    if let early = times.first(where: { $0.value < 0 }) {
      throw KafkaError(
        code: .invalidArgument, reason: "\(early.key): expected milliseconds since 1970, found \(early.value)", where: "offsets for times")
    }
    return try await offsets(at: times, timeout, "offsets for times")
  }

  private func offsets(at times: [TopicPartition: Int64], _ timeout: Duration, _ place: String) async throws -> [TopicPartition: Int64] {
    try await blocking.run { [self] in
      let list = try TopicPartitionList(times)
      try KafkaError.check(rd_kafka_offsets_for_times(pointer, list.pointer, max(1, timeout.timeout)), where: place)
      return try list.checkedOffsets(where: place)
    }
  }

  func clusterID(timeout: Duration) async throws -> String {
    try await blocking.run { [self] in
      guard let text = rd_kafka_clusterid(pointer, max(1, timeout.timeout)) else {
        throw KafkaError(code: .timedOut, reason: "no broker told the cluster's ID within \(timeout)", where: "cluster ID")
      }
      defer { rd_kafka_mem_free(pointer, text) }
      return String(cString: text)
    }
  }
}

extension TopicPartitionList {
  /// The offsets that are offsets: librdkafka's special values (none committed, end of log) are left out.
  var offsets: [TopicPartition: Int64] {
    entries.reduce(into: [:]) { found, entry in
      if entry.offset >= 0 { found[entry.partition] = entry.offset }
    }
  }

  /// The same, throwing the first partition's error.
  func checkedOffsets(where place: String) throws(KafkaError) -> [TopicPartition: Int64] {
    if let first = entries.first(where: { $0.error != .noError }) {
      throw KafkaError(code: first.error, reason: "\(first.partition): \(first.error.summary)", where: place)
    }
    return offsets
  }
}
