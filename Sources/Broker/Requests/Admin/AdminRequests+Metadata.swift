extension AdminRequests {
  /// Metadata, which creates topics that are not there if both the client and `auto.create.topics.enable` say so (KIP-361).
  func handle(_ request: MetadataRequest, _ context: RequestContext, reply: (MetadataResponse) -> Void) {
    var response = MetadataResponse()
    response.brokers = [
      MetadataResponse.MetadataResponseBroker(nodeID: nodeID, host: settings.advertisedHost, port: settings.advertisedPort, rack: nil)
    ]
    response.clusterID = catalogue.clusterID
    response.controllerID = nodeID
    if request.includeClusterAuthorizedOperations { response.clusterAuthorizedOperations = AuthorizedOperations.cluster }
    response.topics = topics(for: request, version: context.apiVersion)
    if request.includeTopicAuthorizedOperations {
      for index in response.topics.indices where response.topics[index].errorCode != .unknownTopicID {
        response.topics[index].topicAuthorizedOperations = AuthorizedOperations.topic
      }
    }
    reply(response)
  }

  private func topics(for request: MetadataRequest, version: Int16) -> [MetadataResponse.MetadataResponseTopic] {
    // No list means all topics; version 0, which could not say so, has an empty one for that.
    guard let asked = request.topics, version > 0 || !asked.isEmpty else {
      return catalogue.topics.values.sorted { $0.name < $1.name }.map(describe)
    }
    // Versions 10 and 11 carry topic ids in requests but mean nothing by them (KIP-516): Kafka refuses the whole request.
    if version < 12, asked.contains(where: { $0.name == nil || $0.topicID != .zero }) {
      return asked.map { failure(.invalidRequest, name: $0.name ?? "", id: $0.topicID) }
    }
    let ids = asked.lazy.map(\.topicID).filter { $0 != .zero }
    guard ids.isEmpty else {
      return unique(ids).map { id in catalogue.topic(id).map(describe) ?? failure(.unknownTopicID, name: nil, id: id) }
    }
    let names = unique(asked.lazy.compactMap(\.name))
    let failures = request.allowAutoTopicCreation && settings.autoCreateTopics ? createMissing(names) : [:]
    return names.map { name in
      if let topic = catalogue.topics[name] { return describe(topic) }
      let code = failures[name] ?? (TopicName.problem(with: name) == nil ? .unknownTopicOrPartition : .invalidTopic)
      return failure(code, name: name)
    }
  }

  /// Creates those that are not there, all at once because each creation is synced to the disk. Returns why some could not be.
  private func createMissing(_ names: [String]) -> [String: ErrorCode] {
    var failures: [String: ErrorCode] = [:]
    var planned: [NewTopic] = []
    var plannedPartitions = 0
    for name in names where catalogue.topics[name] == nil {
      let new = TopicName.isInternal(name) ? NewTopic.internal(name) : NewTopic(name: name, partitions: settings.numPartitions)
      do throws(ApiError) {
        try catalogue.validate(new, alreadyPlanned: plannedPartitions)
        planned.append(new)
        plannedPartitions += Int(new.partitions)
      } catch {
        failures[name] = error.code
      }
    }
    do throws(ApiError) {
      try catalogue.create(planned)
    } catch {
      for new in planned { failures[new.name] = error.code }
    }
    return failures
  }

  private func describe(_ topic: Topic) -> MetadataResponse.MetadataResponseTopic {
    MetadataResponse.MetadataResponseTopic(
      errorCode: .none, name: topic.name, topicID: topic.id, isInternal: topic.isInternal,
      partitions: topic.logs.indices.map { index in
        MetadataResponse.MetadataResponseTopic.MetadataResponsePartition(
          errorCode: .none, partitionIndex: Int32(index), leaderID: nodeID, leaderEpoch: 0, replicaNodes: [nodeID], isrNodes: [nodeID],
          offlineReplicas: [])
      })
  }

  private func failure(_ code: ErrorCode, name: String?, id: KafkaUUID = .zero) -> MetadataResponse.MetadataResponseTopic {
    MetadataResponse.MetadataResponseTopic(
      errorCode: code, name: name, topicID: id, isInternal: name.map(TopicName.isInternal) ?? false, partitions: [])
  }

  /// In their order, each once.
  private func unique<T: Hashable>(_ elements: some Sequence<T>) -> [T] {
    var seen: Set<T> = []
    return elements.filter { seen.insert($0).inserted }
  }
}
