import BenchmarkSupport
import Kafka

/// Transaction after transaction, one in four of them aborted. With each go offsets of a group that has no members.
struct TransactionalProducer: Sendable {
  let clients: ChaosClients
  let seed: UInt64
  let findings: Findings
  let progress: ChaosProgress
  static let number = 100
  /// The group whose offset says how many transactions there were up to the last committed one.
  static let group = "chaos-transactions"
  static let offsetPartition = TopicPartition(topic: ChaosTopics.transactions, partition: 0)
  private static let patience = Duration.seconds(60)

  func run(until stop: StopFlag) async throws -> ProducedTransactions {
    let bystander = try clients.consumer(group: Self.group)
    let group = try bystander.groupMetadata()
    var numbers = SeededNumbers(seed: seed, stream: 300)
    var result = ProducedTransactions()
    var producer = try await begin()
    while !stop.isSet {
      if try await transaction(producer, group, commits: Int.random(in: 0..<4, using: &numbers) > 0, &numbers, &result) {
        await producer.close(deadline: .seconds(5))
        producer = try await begin()
      }
      try await pause(.milliseconds(20))
    }
    // It shows the reader of each partition where the end is.
    if try await transaction(producer, group, commits: true, &numbers, &result) {
      findings.add("transactions that could not be written", "the last one")
    }
    await producer.close(deadline: .seconds(10))
    await bystander.close(deadline: .seconds(10))
    return result
  }

  private func begin() async throws -> Producer {
    let producer = try clients.producer(compression: .zstd, transactionalID: "chaos")
    try await producer.initTransactions(timeout: Self.patience)
    return producer
  }

  /// The number of a record: its transaction's and its place in there.
  static func number(_ transaction: Int, _ index: Int) -> UInt64 { UInt64(transaction) << 16 | UInt64(index) }
  /// The partition of a record.
  static func partition(_ transaction: Int, _ index: Int) -> Int { (transaction + index) % ChaosTopics.otherPartitions }

  /// Writes one. Says whether the producer is beyond use.
  private func transaction(
    _ producer: Producer, _ group: ConsumerGroupMetadata, commits: Bool, _ numbers: inout SeededNumbers,
    _ result: inout ProducedTransactions
  ) async throws -> Bool {
    let transaction = result.entries.count
    let count = Int.random(in: 3...40, using: &numbers)
    var batch = RecordBatch()
    for index in 0..<count {
      let partition = Int32(Self.partition(transaction, index))
      let value = NumberedValue.write(
        producer: Self.number, partition: partition, number: Self.number(transaction, index), filling: RecordSizes.next(&numbers), &numbers)
      value.withUnsafeBytes { batch.append(topic: ChaosTopics.transactions, partition: partition, key: nil, value: $0) }
    }
    result.entries.append(.init(records: count, outcome: .aborted))
    var isCommitting = false
    do {
      try await producer.beginTransaction()
      let delivery = try await producer.enqueue(batch)
      try await producer.sendOffsets([Self.offsetPartition: Int64(transaction) + 1], group: group, timeout: Self.patience)
      if commits {
        isCommitting = true
        try await producer.commitTransaction(timeout: Self.patience)
        result.entries[transaction].outcome = .committed
        progress.committedOne()
      } else {
        // Half of them with all records in the log.
        if Bool.random(using: &numbers) { _ = await delivery.wait() }
        try await producer.abortTransaction(timeout: Self.patience)
        progress.abortedOne()
      }
      return false
    } catch let error as KafkaError {
      return await giveUp(producer, error, isCommitting: isCommitting, &result.entries[transaction])
    }
  }

  private func giveUp(
    _ producer: Producer, _ error: KafkaError, isCommitting: Bool, _ entry: inout ProducedTransactions.Entry
  ) async -> Bool {
    Benchmark.say("a transaction failed: \(error)\(error.isFatal ? ", fatally" : "")\(isCommitting ? ", at its commit" : "")")
    if error.isTransactionAbortable {
      do {
        try await producer.abortTransaction(timeout: Self.patience)
        progress.abortedOne()
        return false
      } catch {
        Benchmark.say("and could not be aborted: \(error)")
      }
    }
    if isCommitting { entry.outcome = .unknown }
    findings.add("transactions that could not be written", "\(error)")
    return true
  }
}
