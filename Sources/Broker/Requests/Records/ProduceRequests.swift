internal import NIOCore

/// Produce: batches into logs (Kafka protocol guide, "Produce API").
final class ProduceRequests {
  private let topics: TopicCatalogue
  private let transactions: TransactionCoordinator
  private let flusher: LogFlusher
  private let scheduler: any Scheduler
  private let metrics: BrokerMetrics
  /// Records are in that log: waiting fetches may go on.
  private let onAppend: (PartitionLog, _ bytes: Int) -> Void
  private let closeConnection: (_ id: Int) -> Void

  init(
    topics: TopicCatalogue, transactions: TransactionCoordinator, flusher: LogFlusher, scheduler: any Scheduler, metrics: BrokerMetrics,
    onAppend: @escaping (PartitionLog, _ bytes: Int) -> Void, closeConnection: @escaping (_ id: Int) -> Void
  ) {
    self.topics = topics
    self.transactions = transactions
    self.flusher = flusher
    self.scheduler = scheduler
    self.metrics = metrics
    self.onAppend = onAppend
    self.closeConnection = closeConnection
  }

  func handle(_ request: ProduceRequest, _ context: RequestContext, reply: @escaping (ProduceResponse?) -> Void) {
    let pending = PendingProduce(connectionID: context.connectionID) { [self] response, failed in
      guard request.acks == 0 else { return reply(response) }
      // Nobody reads an answer to acks=0; that something failed is told by the end of the connection, as Kafka does.
      if failed { closeConnection(context.connectionID) } else { reply(nil) }
    }
    for (topicIndex, topic) in request.topicData.enumerated() {
      var response = ProduceResponse.TopicProduceResponse()
      response.name = topic.name
      response.topicID = topic.topicID
      response.partitionResponses = topic.partitionData.map { data in
        var partition = ProduceResponse.TopicProduceResponse.PartitionProduceResponse()
        partition.index = data.index
        partition.baseOffset = -1
        return partition
      }
      pending.response.responses.append(response)
      for (index, data) in topic.partitionData.enumerated() {
        let place = PendingProduce.Place(topic: topicIndex, partition: index)
        do {
          try append(data, of: topic, request, context, at: place, pending)
        } catch {
          pending.fail(place, error.code, error.message)
        }
      }
    }
    pending.allStarted(timeoutMilliseconds: Int64(request.timeoutMilliseconds), scheduler)
  }

  private func append(
    _ data: ProduceRequest.TopicProduceData.PartitionProduceData, of topic: ProduceRequest.TopicProduceData, _ request: ProduceRequest,
    _ context: RequestContext, at place: PendingProduce.Place, _ pending: PendingProduce
  ) throws(AppendError) {
    guard (-1...1).contains(request.acks) else {
      throw AppendError(code: .invalidRequiredAcks, message: "acks is \(request.acks); -1, 0 or 1 expected")
    }
    let log = try log(of: topic, data.index, version: context.apiVersion)
    guard let records = data.records, records.readableBytes > 0 else {
      throw AppendError(code: .invalidRecord, message: "no record batch")
    }
    try verifyTransaction(records, request.transactionalID, log, version: context.apiVersion)
    let result: AppendResult
    do {
      result = try log.append(records, now: scheduler.now)
    } catch {
      metrics.produceFailed()
      throw error
    }
    if !result.isDuplicate {
      metrics.appended(
        topic: log.partition.topic, records: Int(result.lastOffset - result.baseOffset + 1), bytes: records.readableBytes)
    }
    pending.appended(place, result, logStartOffset: log.logStartOffset)
    let bytes = records.readableBytes
    // Also a duplicate is acknowledged only once the first one is durable.
    flusher.whenDurable(log, upTo: result.lastOffset + 1) { [onAppend] isDurable in
      if isDurable {
        pending.durable(place)
        onAppend(log, bytes)
      } else {
        pending.fail(place, .kafkaStorageError, "the disk did not take the records (fsync failed)")
      }
    }
  }

  private func log(
    of topic: ProduceRequest.TopicProduceData, _ partition: Int32, version: Int16
  ) throws(AppendError) -> PartitionLog {
    var name = topic.name
    if version >= 13 {
      guard let known = topics.name(of: topic.topicID) else { throw AppendError(code: .unknownTopicID, message: "no topic has this ID") }
      name = known
    }
    guard !TopicName.isInternal(name) else {
      throw AppendError(code: .invalidTopic, message: "\(name) is written by the broker alone")
    }
    guard let log = topics.log(name, partition) else {
      throw AppendError(code: .unknownTopicOrPartition, message: "there is no partition \(partition) of \(name)")
    }
    return log
  }

  /// KIP-890: a transactional batch is taken only into a partition that the transaction has been told of, so that a batch which
  /// arrives after its transaction ended does not open one that nobody will end.
  private func verifyTransaction(_ records: ByteBuffer, _ transactionalID: String?, _ log: PartitionLog, version: Int16)
    throws(AppendError)
  {
    guard let batch = BatchHeader(records), batch.isTransactional else { return }
    guard let transactionalID else {
      throw AppendError(code: .transactionalIDAuthorizationFailed, message: "a transactional batch in a request without a transactional id")
    }
    guard !log.hasOpenTransaction(ofProducer: batch.producerID) else { return }
    let code = transactions.verify(
      transactionalID: transactionalID, producerID: batch.producerID, epoch: batch.producerEpoch, partition: log.partition,
      knowsAbortable: version >= 11)
    guard code == .none else {
      throw AppendError(code: code, message: "\(log.partition) is not part of an open transaction of \(transactionalID)")
    }
  }
}
