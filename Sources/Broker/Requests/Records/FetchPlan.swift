internal import NIOCore

/// What a fetch asks for, with the logs found: it can be read several times while the fetch waits.
struct FetchPlan {
  private typealias Partition = FetchResponse.FetchableTopicResponse.PartitionData

  /// The logs that it reads.
  let logs: [PartitionLog]
  /// The topics' names in the request's order; empty for an ID that no topic has.
  let topicNames: [String]
  let minBytes: Int
  private let request: FetchRequest
  private let version: Int16
  private let topics: TopicCatalogue
  private let maxBytes: Int

  init(_ request: FetchRequest, version: Int16, topics: TopicCatalogue, maxBytes: Int) {
    self.request = request
    self.version = version
    self.topics = topics
    self.maxBytes = min(max(Int(request.maxBytes), 0), maxBytes)
    minBytes = Int(request.minBytes)
    let names = request.topics.map { version >= 13 ? topics.name(of: $0.topicID) ?? "" : $0.topic }
    topicNames = names
    logs = zip(names, request.topics).flatMap { name, topic in topic.partitions.compactMap { topics.log(name, $0.partition) } }
  }

  /// Reads what there is.
  ///
  /// - Returns: the answer; the bytes of records in it; whether it has to be sent at once, as there is an error in it.
  func read() -> (response: FetchResponse, bytes: Int, isFinal: Bool) {
    var response = FetchResponse()
    var bytes = 0
    var isFinal = false
    for (name, topic) in zip(topicNames, request.topics) {
      var answer = FetchResponse.FetchableTopicResponse()
      answer.topic = topic.topic
      answer.topicID = topic.topicID
      for wanted in topic.partitions {
        var partition = Partition()
        partition.partitionIndex = wanted.partition
        partition.abortedTransactions = nil
        partition.records = ByteBuffer()
        if let log = topics.log(name, wanted.partition) {
          read(log, wanted, into: &partition, bytesSoFar: bytes)
        } else {
          partition.errorCode = version >= 13 && name.isEmpty ? .unknownTopicID : .unknownTopicOrPartition
        }
        if partition.errorCode != .none {
          isFinal = true
          partition.highWatermark = -1
        }
        bytes += partition.records?.readableBytes ?? 0
        answer.partitions.append(partition)
      }
      response.responses.append(answer)
    }
    return (response, bytes, isFinal)
  }

  private func read(_ log: PartitionLog, _ wanted: FetchRequest.FetchTopic.FetchPartition, into partition: inout Partition, bytesSoFar: Int)
  {
    guard wanted.currentLeaderEpoch <= 0 else { return partition.errorCode = .unknownLeaderEpoch }
    let isolation = Isolation(rawValue: request.isolationLevel) ?? .readUncommitted
    let room = min(maxBytes - bytesSoFar, max(Int(wanted.partitionMaxBytes), 0))
    // KIP-74: the first batch of the first partition that has one is sent however large it is, so that a consumer always gets on.
    let isFirst = bytesSoFar == 0
    do {
      if room > 0 || isFirst {
        let read = try log.read(at: wanted.fetchOffset, maxBytes: max(room, 0), minOneBatch: isFirst, isolation: isolation)
        partition.records = read.records
        if isolation == .readCommitted {
          partition.abortedTransactions = read.abortedTransactions.map { aborted in
            var transaction = Partition.AbortedTransaction()
            transaction.producerID = aborted.producerID
            transaction.firstOffset = aborted.firstOffset
            return transaction
          }
        }
      } else if isolation == .readCommitted {
        partition.abortedTransactions = []
      }
      partition.highWatermark = log.highWatermark
      partition.lastStableOffset = log.lastStableOffset
      partition.logStartOffset = log.logStartOffset
    } catch {
      partition.errorCode = error.code
    }
  }
}
