/// ListOffsets: the ends of logs, and offsets by time (Kafka protocol guide, "ListOffsets API").
final class ListOffsetsRequests {
  private typealias Answer = ListOffsetsResponse.ListOffsetsTopicResponse.ListOffsetsPartitionResponse

  /// Timestamps that mean a place (KIP-734, KIP-405, KIP-1005).
  private enum Place {
    static let latest: Int64 = -1
    static let earliest: Int64 = -2
    static let maxTimestamp: Int64 = -3
    static let earliestLocal: Int64 = -4
    static let latestTiered: Int64 = -5
  }

  private let topics: TopicCatalogue

  init(topics: TopicCatalogue) { self.topics = topics }

  func handle(_ request: ListOffsetsRequest, _ context: RequestContext, reply: (ListOffsetsResponse?) -> Void) {
    let isolation = Isolation(rawValue: request.isolationLevel) ?? .readUncommitted
    var response = ListOffsetsResponse()
    response.topics = request.topics.map { topic in
      var answer = ListOffsetsResponse.ListOffsetsTopicResponse()
      answer.name = topic.name
      answer.partitions = topic.partitions.map { wanted in
        var partition = Answer()
        partition.partitionIndex = wanted.partitionIndex
        guard let log = topics.log(topic.name, wanted.partitionIndex) else {
          partition.errorCode = .unknownTopicOrPartition
          return partition
        }
        guard !log.isOffline else {
          partition.errorCode = .kafkaStorageError
          return partition
        }
        guard wanted.currentLeaderEpoch <= 0 else {
          partition.errorCode = .unknownLeaderEpoch
          return partition
        }
        do throws(ReadError) {
          try Self.find(wanted.timestamp, in: log, isolation, version: context.apiVersion, &partition)
        } catch {
          partition.errorCode = error.code
        }
        return partition
      }
      return answer
    }
    reply(response)
  }

  private static func find(
    _ timestamp: Int64, in log: PartitionLog, _ isolation: Isolation, version: Int16, _ answer: inout Answer
  ) throws(ReadError) {
    let end = isolation == .readCommitted ? log.lastStableOffset : log.highWatermark
    switch timestamp {
    case Place.latest: answer.offset = end
    case Place.earliest, Place.earliestLocal: answer.offset = log.logStartOffset
    case Place.latestTiered: return answer.leaderEpoch = -1
    case Place.maxTimestamp:
      guard let found = try log.maxTimestamp() else { return }
      answer.offset = found.offset
      answer.timestamp = found.timestamp
    case 0...:
      guard let found = try log.firstOffset(atOrAfterTimestamp: timestamp), found.offset < end else { return }
      answer.offset = found.offset
      answer.timestamp = found.timestamp
    default:
      answer.errorCode = .invalidRequest
      return
    }
    answer.leaderEpoch = 0
  }
}
