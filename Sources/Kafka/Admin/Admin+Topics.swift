internal import CRDKafka

extension Admin {
  /// Makes topics.
  /// - Parameter validateOnly: only checks whether it could be done.
  /// - Returns: the topics that failed, `topicAlreadyExists` among the reasons.
  public func createTopics(_ topics: [NewTopic], validateOnly: Bool = false) async throws -> [String: KafkaError] {
    guard !topics.isEmpty else { return [:] }
    let place = "Admin.createTopics"
    return try await call(RD_KAFKA_ADMIN_OP_CREATETOPICS, place, validateOnly: validateOnly) { event in
      var count = 0
      return Self.topicFailures(rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count), count, where: place)
    } start: { client, options, queue in
      var native: [OpaquePointer?] = []
      defer { rd_kafka_NewTopic_destroy_array(&native, native.count) }
      for topic in topics { native.append(try Self.native(topic)) }
      rd_kafka_CreateTopics(client, &native, native.count, options, queue)
    }
  }

  /// Makes a topic and throws if it could not be made.
  public func createTopic(_ topic: NewTopic) async throws {
    if let error = try await createTopics([topic])[topic.name] { throw error }
  }

  /// Deletes topics.
  /// - Returns: the topics that failed.
  public func deleteTopics(_ names: [String]) async throws -> [String: KafkaError] {
    guard !names.isEmpty else { return [:] }
    let place = "Admin.deleteTopics"
    return try await call(RD_KAFKA_ADMIN_OP_DELETETOPICS, place) { event in
      var count = 0
      return Self.topicFailures(rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count), count, where: place)
    } start: { client, options, queue in
      var native = names.map { rd_kafka_DeleteTopic_new($0) }
      defer { rd_kafka_DeleteTopic_destroy_array(&native, native.count) }
      rd_kafka_DeleteTopics(client, &native, native.count, options, queue)
    }
  }

  /// Gives a topic more partitions. Keys may then go to other partitions than before.
  /// - Parameter total: how many there shall be.
  public func createPartitions(topic: String, total: Int, validateOnly: Bool = false) async throws {
    let place = "Admin.createPartitions"
    let failures = try await call(RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, place, validateOnly: validateOnly) { event in
      var count = 0
      return Self.topicFailures(
        rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count), count, where: place)
    } start: { client, options, queue in
      var native: [OpaquePointer?] = [try Self.checked(place) { rd_kafka_NewPartitions_new(topic, max(0, total), $0, $1) }]
      defer { rd_kafka_NewPartitions_destroy_array(&native, native.count) }
      rd_kafka_CreatePartitions(client, &native, native.count, options, queue)
    }
    if let error = failures[topic] { throw error }
  }

  /// Deletes the records before an offset.
  /// - Parameter offsets: for each partition the oldest offset to keep; -1 deletes everything up to the last committed record.
  /// - Returns: the oldest offset that each partition has now, and the partitions that failed.
  public func deleteRecords(
    before offsets: [TopicPartition: Int64]
  ) async throws -> (low: [TopicPartition: Int64], failures: [TopicPartition: KafkaError]) {
    guard !offsets.isEmpty else { return ([:], [:]) }
    let place = "Admin.deleteRecords"
    return try await call(RD_KAFKA_ADMIN_OP_DELETERECORDS, place) { event in
      let entries = TopicPartitionList.entries(of: rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event)))
      let low = entries.filter { $0.error == .noError }.map { ($0.partition, $0.offset) }
      return (Dictionary(low) { $1 }, Self.failures(entries, where: place))
    } start: { client, options, queue in
      let list = try TopicPartitionList(offsets)
      var native: [OpaquePointer?] = [rd_kafka_DeleteRecords_new(list.pointer)]
      defer { rd_kafka_DeleteRecords_destroy_array(&native, native.count) }
      rd_kafka_DeleteRecords(client, &native, native.count, options, queue)
    }
  }

  private static func native(_ topic: NewTopic) throws -> OpaquePointer {
    let place = "Admin.createTopics: \(topic.name)"
    if topic.name.isEmpty || topic.partitions ?? 1 < 1 || topic.replicationFactor ?? 1 < 1 {
      throw KafkaError(
        code: .invalidArgument, isRetriable: false,
        reason: "expected a name, and at least one partition and replica, found \"\(topic.name)\" with "
          + "\(topic.partitions ?? -1) and \(topic.replicationFactor ?? -1)", where: place)
    }
    let partitions = topic.replicas.isEmpty ? topic.partitions ?? -1 : topic.replicas.count
    let replication = topic.replicas.isEmpty ? topic.replicationFactor ?? -1 : -1
    let native = try checked(place) {
      rd_kafka_NewTopic_new(topic.name, Int32(clamping: partitions), Int32(clamping: replication), $0, $1)
    }
    do {
      for (partition, brokers) in topic.replicas.enumerated() {
        var brokers = brokers
        try KafkaError.check(
          rd_kafka_NewTopic_set_replica_assignment(native, Int32(partition), &brokers, brokers.count, nil, 0), where: place)
      }
      for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
        try KafkaError.check(rd_kafka_NewTopic_set_config(native, name, value), where: place)
      }
      return native
    } catch {
      rd_kafka_NewTopic_destroy(native)
      throw error
    }
  }

  /// Makes an object of librdkafka's, or throws what it says against it.
  private static func checked(
    _ place: String, _ make: (UnsafeMutablePointer<CChar>?, Int) -> OpaquePointer?
  ) throws -> OpaquePointer {
    var complaint = [CChar](repeating: 0, count: 512)
    if let made = make(&complaint, complaint.count) { return made }
    let reason = String(decoding: complaint.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    throw KafkaError(code: .invalidArgument, isRetriable: false, reason: reason, where: place)
  }
}
