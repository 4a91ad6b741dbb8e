import Testing

@testable import Broker

@Suite struct TransactionRequestsTests {
  private func add(_ f: TransactionFixture, _ producer: StateProducer, _ partitions: [(String, [Int32])], version: Int16 = 3)
    -> [[ErrorCode]]
  {
    let topics = partitions.map { AddPartitionsToTxnRequest.AddPartitionsToTxnTopic(name: $0.0, partitions: $0.1) }
    let request = AddPartitionsToTxnRequest(
      transactionalID: "t", producerID: producer.id, producerEpoch: producer.epoch, topics: topics)
    var codes: [[ErrorCode]] = []
    f.requests.handle(request, TransactionFixture.context(version)) { response in
      codes = response.resultsByTopic.map { $0.resultsByPartition.map(\.partitionErrorCode) }
      #expect(response.resultsByTopic.map(\.name) == partitions.map(\.0))
    }
    return codes
  }

  @Test func `partitions are added and answered in the order of the request`() throws {
    let f = try TransactionFixture()
    #expect(add(f, try f.producer(), [("payments", [3]), ("orders", [0])]) == [[.none], [.none]])
    #expect(f.metadata()?.partitions == [TransactionFixture.orders, TransactionFixture.payments])
  }

  @Test func `one unknown partition keeps the others out`() throws {
    let f = try TransactionFixture()
    let codes = add(f, try f.producer(), [("orders", [0, 9]), ("payments", [3]), ("nowhere", [0])])
    #expect(codes == [[.operationNotAttempted, .unknownTopicOrPartition], [.operationNotAttempted], [.unknownTopicOrPartition]])
    #expect(f.state() == .empty)
  }

  @Test func `internal topics are not for clients`() throws {
    let f = try TransactionFixture()
    #expect(add(f, try f.producer(), [("__consumer_offsets", [0])]) == [[.topicAuthorizationFailed]])
  }

  @Test func `old versions are told of an invalid epoch where new ones are told of fencing`() throws {
    let f = try TransactionFixture()
    let zombie = try f.producer()
    _ = try f.producer()
    #expect(add(f, zombie, [("orders", [0])], version: 1) == [[.invalidProducerEpoch]])
    #expect(add(f, zombie, [("orders", [0])], version: 2) == [[.producerFenced]])
    for (version, expected) in [(1, ErrorCode.invalidProducerEpoch), (2, .producerFenced)] as [(Int16, ErrorCode)] {
      var answers: [ErrorCode] = []
      let context = TransactionFixture.context(version)
      f.requests.handle(
        EndTxnRequest(transactionalID: "t", producerID: zombie.id, producerEpoch: zombie.epoch, committed: true), context
      ) { answers.append($0.errorCode) }
      f.requests.handle(
        AddOffsetsToTxnRequest(transactionalID: "t", producerID: zombie.id, producerEpoch: zombie.epoch, groupID: "g"), context
      ) { answers.append($0.errorCode) }
      #expect(answers == [expected, expected])
    }
    for (version, expected) in [(3, ErrorCode.invalidProducerEpoch), (4, .producerFenced)] as [(Int16, ErrorCode)] {
      let request = InitProducerIdRequest(
        transactionalID: "t", transactionTimeoutMilliseconds: 1_000, producerID: zombie.id, producerEpoch: zombie.epoch)
      f.requests.handle(request, TransactionFixture.context(version)) {
        #expect($0 == InitProducerIdResponse(errorCode: expected, producerID: -1, producerEpoch: -1))
      }
    }
  }

  @Test func `offsets join the transaction and are marked with it`() throws {
    let f = try TransactionFixture()
    let producer = try f.producer()
    var answers = 0
    f.requests.handle(
      AddOffsetsToTxnRequest(transactionalID: "t", producerID: producer.id, producerEpoch: producer.epoch, groupID: "g"),
      TransactionFixture.context(3)
    ) {
      answers += 1
      #expect($0.errorCode == .none)
    }
    f.requests.handle(
      EndTxnRequest(transactionalID: "t", producerID: producer.id, producerEpoch: producer.epoch, committed: true),
      TransactionFixture.context(3)
    ) {
      answers += 1
      #expect($0.errorCode == .none)
    }
    #expect(answers == 2)
    #expect(f.partitions.markers.map(\.partition) == [f.configuration.offsetsPartition])
  }

  @Test func `a producer is initialised, and half of an identity is refused`() throws {
    let f = try TransactionFixture()
    var answers: [InitProducerIdResponse] = []
    let request = InitProducerIdRequest(transactionalID: "t", transactionTimeoutMilliseconds: 1_000)
    f.requests.handle(request, TransactionFixture.context(4)) { answers.append($0) }
    var half = request
    half.producerID = 1_000
    f.requests.handle(half, TransactionFixture.context(4)) { answers.append($0) }
    half = request
    half.producerEpoch = 0
    f.requests.handle(half, TransactionFixture.context(4)) { answers.append($0) }
    #expect(
      answers == [
        InitProducerIdResponse(producerID: 1_000, producerEpoch: 0),
        InitProducerIdResponse(errorCode: .invalidRequest, producerID: -1, producerEpoch: -1),
        InitProducerIdResponse(errorCode: .invalidRequest, producerID: -1, producerEpoch: -1),
      ])
  }
}
