extension AdminRequests {
  /// OffsetForLeaderEpoch (KIP-320): where the records of a leader's epoch end. There has been one leader, of epoch 0.
  func handle(_ request: OffsetForLeaderEpochRequest, _ context: RequestContext, reply: (OffsetForLeaderEpochResponse) -> Void) {
    typealias Result = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
    reply(
      OffsetForLeaderEpochResponse(
        topics: request.topics.map { topic in
          Result(topic: topic.topic, partitions: topic.partitions.map { endOffset(topic: topic.topic, $0) })
        }))
  }

  private func endOffset(
    topic: String, _ asked: OffsetForLeaderEpochRequest.OffsetForLeaderTopic.OffsetForLeaderPartition
  ) -> OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.EpochEndOffset {
    var result = OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.EpochEndOffset(partition: asked.partition)
    guard let log = catalogue.log(topic, asked.partition) else {
      result.errorCode = .unknownTopicOrPartition
      return result
    }
    // -1 stands for a client that does not know.
    if asked.currentLeaderEpoch > 0 {
      result.errorCode = .unknownLeaderEpoch
    } else if asked.currentLeaderEpoch < -1 {
      result.errorCode = .fencedLeaderEpoch
    } else if asked.leaderEpoch == 0 {
      result.leaderEpoch = 0
      result.endOffset = log.logEndOffset
    }
    return result
  }
}
