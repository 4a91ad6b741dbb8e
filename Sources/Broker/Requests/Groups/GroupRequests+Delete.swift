extension GroupRequests {
  func handle(_ request: OffsetDeleteRequest, _ context: RequestContext, reply: @escaping (OffsetDeleteResponse) -> Void) {
    var response = OffsetDeleteResponse()
    response.errorCode = coordinator.validateDeleteOffsets(request.groupID)
    guard response.errorCode == .none else { return reply(response) }
    var partitions: [TopicPartition] = []
    var places: [(topic: Int, partition: Int)] = []
    for (topicIndex, topic) in request.topics.enumerated() {
      var answered = OffsetDeleteResponse.OffsetDeleteResponseTopic()
      answered.name = topic.name
      for (index, partition) in topic.partitions.enumerated() {
        var result = OffsetDeleteResponse.OffsetDeleteResponseTopic.OffsetDeleteResponsePartition()
        result.partitionIndex = partition.partitionIndex
        if topics.has(topic.name, partition.partitionIndex) {
          partitions.append(TopicPartition(topic: topic.name, partition: partition.partitionIndex))
          places.append((topicIndex, index))
        } else {
          result.errorCode = .unknownTopicOrPartition
        }
        answered.partitions.append(result)
      }
      response.topics.append(answered)
    }
    coordinator.deleteOffsets(request.groupID, partitions) { errors in
      for (place, error) in zip(places, errors) { response.topics[place.topic].partitions[place.partition].errorCode = error }
      reply(response)
    }
  }

  func handle(_ request: DeleteGroupsRequest, _ context: RequestContext, reply: @escaping (DeleteGroupsResponse) -> Void) {
    var seen: Set<String> = []
    let names = request.groupsNames.filter { seen.insert($0).inserted }
    var response = DeleteGroupsResponse()
    response.results = names.map { name in
      var result = DeleteGroupsResponse.DeletableGroupResult()
      result.groupID = name
      return result
    }
    var left = names.count
    guard left > 0 else { return reply(response) }
    for (index, name) in names.enumerated() {
      coordinator.deleteGroup(name) { error in
        response.results[index].errorCode = error
        left -= 1
        if left == 0 { reply(response) }
      }
    }
  }
}
