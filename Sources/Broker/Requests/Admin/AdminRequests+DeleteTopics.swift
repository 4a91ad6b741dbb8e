extension AdminRequests {
  /// DeleteTopics, by name or, from version 6 on, by id (KIP-516).
  func handle(_ request: DeleteTopicsRequest, _ context: RequestContext, reply: (DeleteTopicsResponse) -> Void) {
    typealias State = DeleteTopicsRequest.DeleteTopicState
    typealias Result = DeleteTopicsResponse.DeletableTopicResult
    let asked = request.topicNames.map { State(name: $0) } + request.topics
    let duplicateNames = Self.duplicates(asked.lazy.filter { $0.topicID == .zero }.compactMap(\.name))
    let duplicateIDs = Self.duplicates(asked.lazy.filter { $0.name == nil && $0.topicID != .zero }.map(\.topicID))
    var results: [Result] = []
    var found: [Topic] = []
    for state in asked {
      if let name = state.name, duplicateNames.contains(name), state.topicID == .zero { continue }
      if state.name == nil, duplicateIDs.contains(state.topicID) { continue }
      do throws(ApiError) {
        found.append(try deletable(state))
      } catch {
        results.append(Result(name: state.name, topicID: state.topicID, errorCode: error.code, errorMessage: error.message))
      }
    }
    results += duplicateNames.sorted().map { Result(name: $0, errorCode: .invalidRequest, errorMessage: "Duplicate topic name.") }
    results += duplicateIDs.map { Result(name: nil, topicID: $0, errorCode: .invalidRequest, errorMessage: "Duplicate topic id.") }

    let twice = Self.duplicates(found.lazy.map(\.id)).union(duplicateIDs)
    for id in Set(found.lazy.map(\.id)).intersection(twice) {
      results.append(
        Result(
          name: catalogue.name(of: id), topicID: id, errorCode: .invalidRequest,
          errorMessage: "The provided topic name maps to an ID that was already supplied."))
    }
    found.removeAll { twice.contains($0.id) }
    var failure: ApiError?
    do throws(ApiError) {
      try catalogue.delete(found.map(\.name))
    } catch {
      failure = error
    }
    results += found.map {
      Result(name: $0.name, topicID: $0.id, errorCode: failure?.code ?? .none, errorMessage: failure?.message)
    }
    reply(DeleteTopicsResponse(responses: results))
  }

  private func deletable(_ state: DeleteTopicsRequest.DeleteTopicState) throws(ApiError) -> Topic {
    let topic: Topic?
    switch (state.name, state.topicID) {
    case (nil, .zero):
      throw ApiError(.invalidRequest, "Neither topic name nor id were specified.")
    case (nil, let id):
      topic = catalogue.topic(id)
      if topic == nil { throw ApiError(.unknownTopicID, "This server does not host this topic ID.") }
    case (let name?, .zero):
      topic = catalogue.topics[name]
    default:
      throw ApiError(.invalidRequest, "You may not specify both topic name and topic id.")
    }
    guard let topic else { throw ApiError(.unknownTopicOrPartition, "This server does not host this topic-partition.") }
    guard !topic.isInternal else {
      throw ApiError(.invalidRequest, "Topic '\(topic.name)' is internal: the broker keeps its own state there.")
    }
    return topic
  }
}
