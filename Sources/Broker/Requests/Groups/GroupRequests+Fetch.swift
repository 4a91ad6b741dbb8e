extension GroupRequests {
  private typealias OneGroup = OffsetFetchResponse.OffsetFetchResponseGroup
  private typealias OneTopic = OneGroup.OffsetFetchResponseTopics
  private typealias OnePartition = OneTopic.OffsetFetchResponsePartitions

  func handle(_ request: OffsetFetchRequest, _ context: RequestContext, reply: @escaping (OffsetFetchResponse) -> Void) {
    var response = OffsetFetchResponse()
    if context.apiVersion >= 8 {
      response.groups = request.groups.map { fetch($0, usesIDs: context.apiVersion >= 10, requireStable: request.requireStable) }
      return reply(response)
    }
    // Before version 8 a request is about one group.
    var group = OffsetFetchRequest.OffsetFetchRequestGroup()
    group.groupID = request.groupID
    group.topics = request.topics?.map { topic in
      var wanted = OffsetFetchRequest.OffsetFetchRequestGroup.OffsetFetchRequestTopics()
      wanted.name = topic.name
      wanted.partitionIndexes = topic.partitionIndexes
      return wanted
    }
    let fetched = fetch(group, usesIDs: false, requireStable: request.requireStable)
    response.errorCode = fetched.errorCode
    response.topics = fetched.topics.map { topic in
      var answered = OffsetFetchResponse.OffsetFetchResponseTopic()
      answered.name = topic.name
      answered.partitions = topic.partitions.map { partition in
        var result = OffsetFetchResponse.OffsetFetchResponseTopic.OffsetFetchResponsePartition()
        result.partitionIndex = partition.partitionIndex
        result.committedOffset = partition.committedOffset
        result.committedLeaderEpoch = partition.committedLeaderEpoch
        result.metadata = partition.metadata
        result.errorCode = partition.errorCode
        return result
      }
      return answered
    }
    reply(response)
  }

  private func fetch(_ request: OffsetFetchRequest.OffsetFetchRequestGroup, usesIDs: Bool, requireStable: Bool) -> OneGroup {
    var response = OneGroup()
    response.groupID = request.groupID
    guard !coordinator.isClosed else {
      response.errorCode = .notCoordinator
      // Version 1 has room for an error in the partitions alone; without one a client would think that nothing was ever committed.
      response.topics = (request.topics ?? []).map { topic in
        var answered = OneTopic()
        answered.name = topic.name
        answered.topicID = topic.topicID
        answered.partitions = topic.partitionIndexes.map { Self.nothing($0, .notCoordinator) }
        return answered
      }
      return response
    }
    guard let wanted = request.topics else {
      response.topics = fetchAll(request.groupID, usesIDs: usesIDs, requireStable: requireStable)
      return response
    }
    response.topics = wanted.map { topic in
      var answered = OneTopic()
      answered.name = topic.name
      answered.topicID = topic.topicID
      let name = usesIDs ? topics.name(of: topic.topicID) : topic.name
      answered.partitions = topic.partitionIndexes.map { index in
        if let name { return fetch(request.groupID, TopicPartition(topic: name, partition: index), requireStable: requireStable) }
        return Self.nothing(index, .unknownTopicID)
      }
      return answered
    }
    return response
  }

  private func fetchAll(_ groupID: String, usesIDs: Bool, requireStable: Bool) -> [OneTopic] {
    let partitions = coordinator.offsets.offsets(of: groupID).keys.sorted()
    var answered: [OneTopic] = []
    for partition in partitions {
      if answered.last?.name != partition.topic {
        var topic = OneTopic()
        topic.name = partition.topic
        topic.topicID = topics.id(of: partition.topic) ?? .zero
        answered.append(topic)
      }
      let result = fetch(groupID, partition, requireStable: requireStable)
      answered[answered.count - 1].partitions.append(result)
    }
    // A topic that is gone has no ID to be told by.
    return usesIDs ? answered.filter { $0.topicID != .zero } : answered
  }

  private func fetch(_ groupID: String, _ partition: TopicPartition, requireStable: Bool) -> OnePartition {
    if requireStable, coordinator.offsets.isUnstable(groupID, partition) { return Self.nothing(partition.partition, .unstableOffsetCommit) }
    guard let offset = coordinator.offsets.offset(of: groupID, partition) else { return Self.nothing(partition.partition, .none) }
    var result = OnePartition()
    result.partitionIndex = partition.partition
    result.committedOffset = offset.offset
    result.committedLeaderEpoch = offset.leaderEpoch
    result.metadata = offset.metadata
    return result
  }

  private static func nothing(_ index: Int32, _ error: ErrorCode) -> OnePartition {
    var result = OnePartition()
    result.partitionIndex = index
    result.committedOffset = -1
    result.errorCode = error
    return result
  }
}
