extension AdminRequests {
  /// CreatePartitions: topics only grow.
  func handle(_ request: CreatePartitionsRequest, _ context: RequestContext, reply: (CreatePartitionsResponse) -> Void) {
    typealias Result = CreatePartitionsResponse.CreatePartitionsTopicResult
    let duplicates = Self.duplicates(request.topics.lazy.map(\.name))
    // With `validate_only` nothing is created, but what came before in the request must count against the limit all the same.
    var planned = 0
    var results = request.topics.filter { !duplicates.contains($0.name) }.map { topic in
      do throws(ApiError) {
        planned += try grow(topic, alreadyPlanned: planned, validateOnly: request.validateOnly)
        return Result(name: topic.name, errorCode: .none, errorMessage: nil)
      } catch {
        return Result(name: topic.name, errorCode: error.code, errorMessage: error.message)
      }
    }
    results += duplicates.sorted().map { Result(name: $0, errorCode: .invalidRequest, errorMessage: "Duplicate topic name.") }
    reply(CreatePartitionsResponse(results: results))
  }

  /// Returns how many partitions are still to be created, which is 0 unless it only validates.
  private func grow(
    _ asked: CreatePartitionsRequest.CreatePartitionsTopic, alreadyPlanned: Int, validateOnly: Bool
  ) throws(ApiError) -> Int {
    guard let topic = catalogue.topics[asked.name] else {
      throw ApiError(.unknownTopicOrPartition, "This server does not host this topic-partition.")
    }
    guard !topic.isInternal else {
      throw ApiError(.invalidRequest, "Topic '\(topic.name)' is internal and has one partition.")
    }
    let existing = topic.logs.count
    guard asked.count != existing else { throw ApiError(.invalidPartitions, "Topic already has \(existing) partition(s).") }
    guard asked.count > existing else {
      throw ApiError(
        .invalidPartitions,
        "The topic \(topic.name) currently has \(existing) partition(s); \(asked.count) would not be an increase.")
    }
    let additional = Int(asked.count) - existing
    if let assignments = asked.assignments {
      guard assignments.count == additional else {
        throw ApiError(
          .invalidReplicaAssignment,
          "Attempted to add \(additional) additional partition(s), but only \(assignments.count) assignment(s) were specified.")
      }
      for assignment in assignments { try validate(assignment: assignment.brokerIDs) }
    }
    try catalogue.checkRoom(for: additional, alreadyPlanned: alreadyPlanned)
    if validateOnly { return additional }
    try catalogue.grow(topic, to: asked.count)
    return 0
  }
}
