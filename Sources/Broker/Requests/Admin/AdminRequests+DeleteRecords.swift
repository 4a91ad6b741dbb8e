extension AdminRequests {
  /// DeleteRecords: moves a partition's start forward; -1 stands for the high watermark.
  func handle(_ request: DeleteRecordsRequest, _ context: RequestContext, reply: (DeleteRecordsResponse) -> Void) {
    typealias Topic = DeleteRecordsResponse.DeleteRecordsTopicResult
    reply(
      DeleteRecordsResponse(
        topics: request.topics.map { topic in
          Topic(
            name: topic.name,
            partitions: topic.partitions.map { partition in
              do throws(ApiError) {
                let lowWatermark = try deleteRecords(of: topic.name, partition.partitionIndex, before: partition.offset)
                return Topic.DeleteRecordsPartitionResult(
                  partitionIndex: partition.partitionIndex, lowWatermark: lowWatermark, errorCode: .none)
              } catch {
                return Topic.DeleteRecordsPartitionResult(
                  partitionIndex: partition.partitionIndex, lowWatermark: -1, errorCode: error.code)
              }
            })
        }))
  }

  /// Returns where the partition begins then.
  private func deleteRecords(of topic: String, _ partition: Int32, before offset: Int64) throws(ApiError) -> Int64 {
    guard let log = catalogue.log(topic, partition) else { throw ApiError(.unknownTopicOrPartition) }
    guard !TopicName.isInternal(topic) else { throw ApiError(.invalidTopic, "Cannot delete records of internal topic \(topic)") }
    // Kafka: what is only compacted has no records that may be missed.
    guard log.configuration.cleanupDelete else {
      throw ApiError(.policyViolation, "Records of partition \(log.partition) can not be deleted due to the configured policy")
    }
    let target = offset == -1 ? log.highWatermark : offset
    guard (0...log.highWatermark).contains(target) else {
      throw ApiError(.offsetOutOfRange, "The offset \(target) for partition \(log.partition) is not valid")
    }
    do {
      try log.deleteRecords(before: target)
    } catch {
      catalogue.logger.error("cannot delete records", metadata: ["partition": "\(log.partition)", "error": "\(error)"])
      throw ApiError(.kafkaStorageError)
    }
    return log.logStartOffset
  }
}
