internal import CRDKafka

extension Producer {
  /// Registers the transactional ID, fences older producers of it and ends what they left open. Once, before the first transaction.
  /// - Parameter timeout: retriable errors are retried until then.
  /// - Throws: `KafkaError`; a fatal one if a newer producer has fenced this one.
  public func initTransactions(timeout: Duration = .seconds(60)) async throws {
    try await retrying("initTransactions", timeout) { rd_kafka_init_transactions($0, $1) }
  }

  /// Begins a transaction: what is sent from now on belongs to it.
  public func beginTransaction() async throws {
    let handle = handle
    try await transactions.run { try KafkaError.check(rd_kafka_begin_transaction(handle.pointer), where: "beginTransaction") }
  }

  /// Adds a consumer group's offsets to the transaction, so that they are committed with its records or not at all.
  /// - Parameters:
  ///   - offsets: for each partition the next offset to read.
  ///   - group: from `Consumer.groupMetadata()`.
  public func sendOffsets(_ offsets: [TopicPartition: Int64], group: ConsumerGroupMetadata, timeout: Duration = .seconds(60)) async throws {
    guard !offsets.isEmpty else { return }
    try await retrying("sendOffsets", timeout) { client, milliseconds in
      let list = try TopicPartitionList(offsets)
      return rd_kafka_send_offsets_to_transaction(client, list.pointer, group.pointer, milliseconds)
    }
  }

  /// Waits for the transaction's records and commits it.
  /// - Throws: `KafkaError`; if it is `isTransactionAbortable`, call `abortTransaction` and begin anew.
  public func commitTransaction(timeout: Duration = .seconds(60)) async throws {
    try await retrying("commitTransaction", timeout) { rd_kafka_commit_transaction($0, $1) }
  }

  /// Gives the transaction up; records that wait in the queue fail with `purgeQueue`.
  public func abortTransaction(timeout: Duration = .seconds(60)) async throws {
    try await retrying("abortTransaction", timeout) { rd_kafka_abort_transaction($0, $1) }
  }

  /// Runs `body` in a transaction and commits it; aborts if `body` or the commit fails in a way that allows it.
  public func transaction<T: Sendable>(_ body: (Producer) async throws -> T) async throws -> T {
    try await beginTransaction()
    do {
      let result = try await body(self)
      try await commitTransaction()
      return result
    } catch {
      // A fenced producer must not abort what is the newer one's by now.
      if (error as? KafkaError)?.isFatal != true { try await abortTransaction() }
      throw error
    }
  }

  /// librdkafka's transaction calls may be repeated after a retriable error: they go on where they stopped.
  private func retrying(
    _ place: String, _ timeout: Duration, _ call: @escaping @Sendable (OpaquePointer, Int32) throws -> OpaquePointer?
  ) async throws {
    let handle = handle
    let deadline = ContinuousClock.now + timeout
    var pause = Duration.milliseconds(50)
    while true {
      let left = deadline - .now
      let failure = try await transactions.run { KafkaError.take(try call(handle.pointer, max(1, left.timeout)), where: place) }
      guard let failure else { return }
      guard failure.isRetriable, deadline - .now > pause else { throw failure }
      try await Task.sleep(for: pause * Double.random(in: 0.5...1))
      pause = min(pause * 2, .seconds(2))
    }
  }
}
