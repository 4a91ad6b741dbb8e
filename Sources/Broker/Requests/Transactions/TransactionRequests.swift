/// The requests of transactional producers: from the wire's form to the coordinator's and back. Confined to the event loop.
final class TransactionRequests {
  /// Topics that only the broker's coordinators write to.
  private static let internalTopics: Set<String> = ["__consumer_offsets", "__transaction_state"]

  private let coordinator: TransactionCoordinator

  init(coordinator: TransactionCoordinator) { self.coordinator = coordinator }

  func handle(_ request: InitProducerIdRequest, _ context: RequestContext, reply: @escaping (InitProducerIdResponse) -> Void) {
    let expected: StateProducer?
    switch (request.producerID, request.producerEpoch) {
    case (-1, -1): expected = nil
    case (-1, _), (_, -1): return reply(InitProducerIdResponse(errorCode: .invalidRequest, producerID: -1, producerEpoch: -1))
    case (let id, let epoch): expected = StateProducer(id: id, epoch: epoch)
    }
    coordinator.initProducerID(
      transactionalID: request.transactionalID, timeoutMilliseconds: request.transactionTimeoutMilliseconds, expected: expected
    ) { result in
      switch result {
      case .success(let producer): reply(InitProducerIdResponse(producerID: producer.id, producerEpoch: producer.epoch))
      case .failure(let code):
        let code = Self.code(code, known: context.apiVersion >= 4)
        reply(InitProducerIdResponse(errorCode: code, producerID: -1, producerEpoch: -1))
      }
    }
  }

  /// All partitions join the transaction or none: one that does not exist makes the others OPERATION_NOT_ATTEMPTED.
  func handle(_ request: AddPartitionsToTxnRequest, _ context: RequestContext, reply: @escaping (AddPartitionsToTxnResponse) -> Void) {
    var failures: [TopicPartition: ErrorCode] = [:]
    var partitions: Set<TopicPartition> = []
    for topic in request.topics {
      for index in topic.partitions {
        let partition = TopicPartition(topic: topic.name, partition: index)
        partitions.insert(partition)
        if Self.internalTopics.contains(topic.name) {
          failures[partition] = .topicAuthorizationFailed
        } else if !coordinator.partitions.exists(partition) {
          failures[partition] = .unknownTopicOrPartition
        }
      }
    }
    guard failures.isEmpty else {
      return reply(Self.response(to: request) { failures[$0] ?? .operationNotAttempted })
    }
    coordinator.addPartitions(
      transactionalID: request.transactionalID, producerID: request.producerID, producerEpoch: request.producerEpoch,
      partitions: partitions
    ) { code in
      let code = Self.code(code, known: context.apiVersion >= 2)
      reply(Self.response(to: request) { _ in code })
    }
  }

  func handle(_ request: AddOffsetsToTxnRequest, _ context: RequestContext, reply: @escaping (AddOffsetsToTxnResponse) -> Void) {
    coordinator.addPartitions(
      transactionalID: request.transactionalID, producerID: request.producerID, producerEpoch: request.producerEpoch,
      partitions: [coordinator.configuration.offsetsPartition]
    ) { code in
      reply(AddOffsetsToTxnResponse(errorCode: Self.code(code, known: context.apiVersion >= 2)))
    }
  }

  func handle(_ request: EndTxnRequest, _ context: RequestContext, reply: @escaping (EndTxnResponse) -> Void) {
    coordinator.endTransaction(
      transactionalID: request.transactionalID, producerID: request.producerID, producerEpoch: request.producerEpoch,
      committed: request.committed
    ) { code in
      reply(EndTxnResponse(errorCode: Self.code(code, known: context.apiVersion >= 2)))
    }
  }

  /// PRODUCER_FENCED for versions that know it, INVALID_PRODUCER_EPOCH for the older ones.
  private static func code(_ code: ErrorCode, known: Bool) -> ErrorCode {
    code == .producerFenced && !known ? .invalidProducerEpoch : code
  }

  private static func response(
    to request: AddPartitionsToTxnRequest, _ code: (TopicPartition) -> ErrorCode
  ) -> AddPartitionsToTxnResponse {
    var response = AddPartitionsToTxnResponse()
    for topic in request.topics {
      response.resultsByTopic.append(
        AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult(
          name: topic.name,
          resultsByPartition: topic.partitions.map {
            AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult(
              partitionIndex: $0, partitionErrorCode: code(TopicPartition(topic: topic.name, partition: $0)))
          }))
    }
    return response
  }
}
