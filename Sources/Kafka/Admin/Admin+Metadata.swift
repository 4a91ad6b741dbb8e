internal import CRDKafka

extension Admin {
  /// The cluster: its ID, its controller, its brokers.
  public func describeCluster() async throws -> ClusterDescription {
    let brokers = try await metadata(topic: nil, all: false) { $0.brokerList }
    let id = try? await handle.clusterID(timeout: configuration.timeout)
    let milliseconds = max(1, configuration.timeout.timeout)
    let controller = await handle.blocking.run { [handle] in rd_kafka_controllerid(handle.pointer, milliseconds) }
    return ClusterDescription(id: id, controller: controller < 0 ? nil : controller, brokers: brokers)
  }

  /// All topics, by name, internal ones included.
  public func describeTopics() async throws -> [TopicDescription] {
    try await metadata(topic: nil, all: true) { $0.topicList }
  }

  /// These topics; one that does not exist has the error `unknownTopicOrPartition`. Asking does not make it.
  public func describeTopics(_ names: [String]) async throws -> [TopicDescription] {
    var described: [TopicDescription] = []
    for name in names { described += try await metadata(topic: name, all: false) { $0.topicList } }
    return described
  }

  private func metadata<R: Sendable>(
    topic: String?, all: Bool, _ read: @escaping @Sendable (rd_kafka_metadata) -> R
  ) async throws -> R {
    let milliseconds = max(1, configuration.timeout.timeout)
    return try await handle.blocking.run { [handle] in
      let only = try topic.map { try handle.topic($0) }
      var found: UnsafePointer<rd_kafka_metadata>?
      try KafkaError.check(rd_kafka_metadata(handle.pointer, all ? 1 : 0, only, &found, milliseconds), where: "Admin.metadata")
      guard let found else { throw KafkaError(code: .failure, where: "Admin.metadata") }
      defer { rd_kafka_metadata_destroy(found) }
      return read(found.pointee)
    }
  }
}

extension rd_kafka_metadata {
  fileprivate var brokerList: [ClusterDescription.Broker] {
    UnsafeBufferPointer(start: brokers, count: Int(broker_cnt)).map {
      ClusterDescription.Broker(id: $0.id, host: $0.host.map { String(cString: $0) } ?? "", port: Int($0.port))
    }.sorted { $0.id < $1.id }
  }

  fileprivate var topicList: [TopicDescription] {
    UnsafeBufferPointer(start: topics, count: Int(topic_cnt)).map { topic in
      TopicDescription(
        name: topic.topic.map { String(cString: $0) } ?? "",
        partitions: UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map(TopicDescription.Partition.init)
          .sorted { $0.id < $1.id }, error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError.Code(topic.err))
    }.sorted { $0.name < $1.name }
  }
}

extension TopicDescription.Partition {
  fileprivate init(_ native: rd_kafka_metadata_partition) {
    self.init(
      id: native.id, leader: native.leader < 0 ? nil : native.leader,
      replicas: Array(UnsafeBufferPointer(start: native.replicas, count: Int(native.replica_cnt))),
      inSyncReplicas: Array(UnsafeBufferPointer(start: native.isrs, count: Int(native.isr_cnt))),
      error: native.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError.Code(native.err))
  }
}
