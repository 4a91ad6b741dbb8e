extension AdminRequests {
  /// CreateTopics. Each topic succeeds or fails on its own, but for a failing disk, which fails them all.
  func handle(_ request: CreateTopicsRequest, _ context: RequestContext, reply: (CreateTopicsResponse) -> Void) {
    typealias Result = CreateTopicsResponse.CreatableTopicResult
    let duplicates = Self.duplicates(request.topics.lazy.map(\.name))
    var planned: [NewTopic] = []
    var plannedPartitions = 0
    var results: [Result] = []
    for topic in request.topics where !duplicates.contains(topic.name) {
      do throws(ApiError) {
        let new = try plan(topic)
        try catalogue.validate(new, alreadyPlanned: plannedPartitions)
        planned.append(new)
        plannedPartitions += Int(new.partitions)
        results.append(success(new))
      } catch {
        results.append(Result(name: topic.name, errorCode: error.code, errorMessage: error.message))
      }
    }
    if !request.validateOnly {
      do throws(ApiError) {
        try catalogue.create(planned)
      } catch {
        for index in results.indices where results[index].errorCode == .none {
          results[index] = Result(name: results[index].name, errorCode: error.code, errorMessage: error.message)
        }
      }
    }
    results += duplicates.sorted().map { Result(name: $0, errorCode: .invalidRequest, errorMessage: "Duplicate topic name.") }
    reply(CreateTopicsResponse(topics: results))
  }

  /// What the request means, whether or not that is possible.
  private func plan(_ topic: CreateTopicsRequest.CreatableTopic) throws(ApiError) -> NewTopic {
    // Kafka's order: first the name, so that an existing topic is reported as such whatever else is wrong.
    if let problem = TopicName.problem(with: topic.name) { throw ApiError(.invalidTopic, problem) }
    guard catalogue.topics[topic.name] == nil else { throw ApiError(.topicAlreadyExists, "Topic '\(topic.name)' already exists.") }
    if TopicName.isInternal(topic.name) {
      throw ApiError(.invalidRequest, "Topic '\(topic.name)' is internal: the broker creates it when it is needed.")
    }
    let null = topic.configs.filter { $0.value == nil }.map(\.name)
    guard null.isEmpty else {
      throw ApiError(.invalidConfig, "Null value not supported for topic configs: \(null.joined(separator: ","))")
    }
    let partitions = try topic.assignments.isEmpty ? partitionCount(of: topic) : assignedPartitionCount(of: topic)
    let overrides = Dictionary(topic.configs.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    return NewTopic(name: topic.name, partitions: partitions, overrides: overrides)
  }

  private func partitionCount(of topic: CreateTopicsRequest.CreatableTopic) throws(ApiError) -> Int32 {
    if topic.replicationFactor < -1 || topic.replicationFactor == 0 {
      throw ApiError(.invalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.")
    }
    if topic.numPartitions < -1 || topic.numPartitions == 0 {
      throw ApiError(.invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
    }
    if topic.replicationFactor > 1 {
      throw ApiError(
        .invalidReplicationFactor,
        "Unable to replicate the partition \(topic.replicationFactor) time(s): The target replication factor of "
          + "\(topic.replicationFactor) cannot be reached because only 1 broker(s) are registered.")
    }
    return topic.numPartitions == -1 ? settings.numPartitions : topic.numPartitions
  }

  private func assignedPartitionCount(of topic: CreateTopicsRequest.CreatableTopic) throws(ApiError) -> Int32 {
    guard topic.replicationFactor == -1 else {
      throw ApiError(.invalidRequest, "A manual partition assignment was specified, but replication factor was not set to -1.")
    }
    guard topic.numPartitions == -1 else {
      throw ApiError(.invalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.")
    }
    let indexes = topic.assignments.map(\.partitionIndex)
    if let twice = Self.duplicates(indexes).min() {
      throw ApiError(.invalidReplicaAssignment, "Found multiple manual partition assignments for partition \(twice)")
    }
    for assignment in topic.assignments { try validate(assignment: assignment.brokerIDs) }
    guard indexes.allSatisfy({ $0 >= 0 && Int($0) < indexes.count }) else {
      throw ApiError(.invalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence")
    }
    return Int32(clamping: indexes.count)
  }

  private func success(_ topic: NewTopic) -> CreateTopicsResponse.CreatableTopicResult {
    let configuration = TopicConfiguration(overrides: topic.overrides, broker: catalogue.configuration)
    return CreateTopicsResponse.CreatableTopicResult(
      name: topic.name, topicID: topic.id, errorCode: .none, errorMessage: nil, numPartitions: topic.partitions, replicationFactor: 1,
      configs: configuration.entries.map {
        CreateTopicsResponse.CreatableTopicResult.CreatableTopicConfigs(
          name: $0.name, value: $0.value, readOnly: $0.isReadOnly, configSource: $0.source.rawValue, isSensitive: false)
      })
  }
}
