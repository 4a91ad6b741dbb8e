extension GroupRequests {
  func handle(_ request: OffsetCommitRequest, _ context: RequestContext, reply: @escaping (OffsetCommitResponse) -> Void) {
    let usesIDs = context.apiVersion >= 10
    let now = coordinator.scheduler.now
    // Before version 5 a client may say how long it wants its offsets kept.
    let retention = request.retentionTimeMilliseconds
    let expiry = retention < 0 ? nil : now.addingReportingOverflow(retention)
    var response = OffsetCommitResponse()
    var offsets: [(partition: TopicPartition, offset: CommittedOffset)] = []
    var places: [(topic: Int, partition: Int)] = []
    for (topicIndex, topic) in request.topics.enumerated() {
      let name = usesIDs ? topics.name(of: topic.topicID) : topic.name
      var answered = OffsetCommitResponse.OffsetCommitResponseTopic()
      answered.name = topic.name
      answered.topicID = topic.topicID
      for (index, partition) in topic.partitions.enumerated() {
        var result = OffsetCommitResponse.OffsetCommitResponseTopic.OffsetCommitResponsePartition()
        result.partitionIndex = partition.partitionIndex
        if let name, topics.has(name, partition.partitionIndex) {
          let offset = CommittedOffset(
            offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch, metadata: partition.committedMetadata ?? "",
            commitTimestamp: now, expireTimestamp: expiry.map { $0.overflow ? .max : $0.partialValue })
          offsets.append((TopicPartition(topic: name, partition: partition.partitionIndex), offset))
          places.append((topicIndex, index))
        } else {
          result.errorCode = name == nil ? .unknownTopicID : .unknownTopicOrPartition
        }
        answered.partitions.append(result)
      }
      response.topics.append(answered)
    }
    guard !offsets.isEmpty else { return reply(response) }
    let commit = OffsetCommit(
      groupID: request.groupID, generationID: request.generationIDOrMemberEpoch, memberID: request.memberID,
      groupInstanceID: request.groupInstanceID, producer: nil,
      unknownGroup: context.apiVersion >= 9 ? .groupIDNotFound : .illegalGeneration, offsets: offsets)
    coordinator.commit(commit) { errors in
      for (place, error) in zip(places, errors) { response.topics[place.topic].partitions[place.partition].errorCode = error }
      reply(response)
    }
  }

  func handle(_ request: TxnOffsetCommitRequest, _ context: RequestContext, reply: @escaping (TxnOffsetCommitResponse) -> Void) {
    let now = coordinator.scheduler.now
    var refused = ErrorCode.none
    if request.groupID.isEmpty {
      refused = .invalidGroupID
    } else {
      // From version 4 on clients know TRANSACTION_ABORTABLE; what Produce retries as a lack of replicas they retry as this.
      refused = verifyTransaction(request.transactionalID, request.producerID, request.producerEpoch, context.apiVersion >= 4)
      if refused == .notEnoughReplicas { refused = .coordinatorNotAvailable }
    }
    var response = TxnOffsetCommitResponse()
    var offsets: [(partition: TopicPartition, offset: CommittedOffset)] = []
    var places: [(topic: Int, partition: Int)] = []
    for (topicIndex, topic) in request.topics.enumerated() {
      var answered = TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic()
      answered.name = topic.name
      for (index, partition) in topic.partitions.enumerated() {
        var result = TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic.TxnOffsetCommitResponsePartition()
        result.partitionIndex = partition.partitionIndex
        if !topics.has(topic.name, partition.partitionIndex) {
          result.errorCode = .unknownTopicOrPartition
        } else if refused != .none {
          result.errorCode = refused
        } else {
          let offset = CommittedOffset(
            offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch, metadata: partition.committedMetadata ?? "",
            commitTimestamp: now)
          offsets.append((TopicPartition(topic: topic.name, partition: partition.partitionIndex), offset))
          places.append((topicIndex, index))
        }
        answered.partitions.append(result)
      }
      response.topics.append(answered)
    }
    guard !offsets.isEmpty else { return reply(response) }
    let commit = OffsetCommit(
      groupID: request.groupID, generationID: request.generationID, memberID: request.memberID, groupInstanceID: request.groupInstanceID,
      producer: StateProducer(id: request.producerID, epoch: request.producerEpoch), unknownGroup: .illegalGeneration, offsets: offsets)
    coordinator.commit(commit) { errors in
      for (place, error) in zip(places, errors) { response.topics[place.topic].partitions[place.partition].errorCode = error }
      reply(response)
    }
  }
}
