import Logging

@testable import Broker

/// A transaction coordinator with everything around it in memory.
final class TransactionFixture {
  let scheduler = ManualScheduler()
  let log = MemoryStateLog()
  let partitions = MemoryTransactionPartitions()
  var configuration = TransactionConfiguration()
  /// Where the next block of producer ids begins, and how many a block has.
  var nextBlock: Int64 = 1_000
  var blockSize: Int64 = 100
  var refusesBlocks = false
  private(set) var coordinator: TransactionCoordinator!

  static let orders = TopicPartition(topic: "orders", partition: 0)
  static let payments = TopicPartition(topic: "payments", partition: 3)

  init(started: Bool = true) throws {
    partitions.existing = [Self.orders, Self.payments, configuration.offsetsPartition]
    make()
    if started { try coordinator.start() }
  }

  /// The broker dies and another starts on what the log holds.
  func restart() throws {
    coordinator.stop()
    make()
    try coordinator.start()
  }

  func make() {
    struct Refused: Error {}
    coordinator = TransactionCoordinator(
      configuration: configuration, log: log, scheduler: scheduler, partitions: partitions,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      reserveBlock: { [unowned self] in
        if refusesBlocks { throw Refused() }
        defer { nextBlock += blockSize }
        return nextBlock..<(nextBlock + blockSize)
      }, jitter: { 1 })
  }

  var requests: TransactionRequests { TransactionRequests(coordinator: coordinator) }

  func state(_ id: String = "t") -> TransactionState? { coordinator.entries[id]?.metadata.state }
  func metadata(_ id: String = "t") -> TransactionMetadata? { coordinator.entries[id]?.metadata }

  static func context(_ version: Int16) -> RequestContext {
    RequestContext(connectionID: 1, clientID: "test", clientHost: "/127.0.0.1", apiVersion: version)
  }

  // MARK: Requests that are answered at once

  @discardableResult
  func initialize(
    _ id: String? = "t", timeout: Int32 = 60_000, expected: StateProducer? = nil
  ) -> TransactionCoordinator.InitializedProducer? {
    var answer: TransactionCoordinator.InitializedProducer?
    coordinator.initProducerID(transactionalID: id, timeoutMilliseconds: timeout, expected: expected) { answer = $0 }
    return answer
  }

  func producer(_ id: String = "t", timeout: Int32 = 60_000) throws -> StateProducer {
    guard case .success(let producer)? = initialize(id, timeout: timeout) else { throw ErrorCode.unknownServerError }
    return producer
  }

  @discardableResult
  func add(_ producer: StateProducer, _ added: Set<TopicPartition> = [orders], id: String = "t") -> ErrorCode? {
    var answer: ErrorCode?
    coordinator.addPartitions(transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch, partitions: added) {
      answer = $0
    }
    return answer
  }

  @discardableResult
  func end(_ producer: StateProducer, committed: Bool = true, id: String = "t") -> ErrorCode? {
    var answer: ErrorCode?
    coordinator.endTransaction(transactionalID: id, producerID: producer.id, producerEpoch: producer.epoch, committed: committed) {
      answer = $0
    }
    return answer
  }

  /// Leads the id `t` into a state that the log can hold.
  func lead(to state: TransactionState) throws -> StateProducer {
    let producer = try producer()
    if state == .empty { return producer }
    add(producer, [Self.orders, Self.payments])
    switch state {
    case .prepareCommit, .prepareAbort: partitions.holds = true
    default: break
    }
    switch state {
    case .prepareCommit, .completeCommit: end(producer, committed: true)
    case .prepareAbort, .completeAbort: end(producer, committed: false)
    default: break
    }
    return producer
  }
}
