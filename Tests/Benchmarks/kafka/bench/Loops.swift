import BenchmarkSupport
import Kafka
import Logging

/// The loops that are measured, in Swift. Each returns the seconds that it took.
struct Loops {
  let servers: String
  let topic: String
  let partitions: Int
  let records: Int
  let bytes: Int

  private var logger: Logger {
    var logger = Logger(label: "kafka-bench")
    logger.logLevel = .error
    return logger
  }

  private func producer() throws -> Producer {
    var configuration = ProducerConfiguration(bootstrapServers: servers, statisticsInterval: .zero)
    configuration.queueBytes = 1 << 30
    return try Producer(configuration: configuration, logger: logger)
  }

  /// Batches of 1000 handed over one after the other; the clock stops at the last acknowledgement.
  func produce() async throws -> Double {
    let producer = try producer()
    var value = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
    var batch = RecordBatch(reservingRecords: 1000, reservingBytes: 1000 * bytes)
    var deliveries: [Delivery] = []
    deliveries.reserveCapacity(records / 1000 + 1)
    let start = ContinuousClock.now
    for first in stride(from: 0, to: records, by: 1000) {
      batch.removeAll(keepingCapacity: true)
      for number in first..<min(first + 1000, records) {
        value.withUnsafeMutableBytes { value in
          value.storeBytes(of: number, as: Int.self)
          batch.append(topic: topic, key: nil, value: UnsafeRawBufferPointer(value))
        }
      }
      deliveries.append(try await producer.enqueue(batch))
    }
    for delivery in deliveries { try await delivery.wait().throwIfFailed() }
    let took = (ContinuousClock.now - start).seconds
    await producer.close(deadline: .seconds(10))
    return took
  }

  /// The clock starts at the first batch, so that connecting does not count.
  func consume() async throws -> Double {
    var configuration = ConsumerConfiguration(bootstrapServers: servers, groupID: nil, statisticsInterval: .zero)
    configuration.fetchMaximumWait = .milliseconds(10)
    // librdkafka 2.0 sleeps for up to a second after its queue was full. That would be measured, not the loop.
    configuration.queueRecords = 10_000_000
    configuration.queueBytes = 1 << 30
    let consumer = try Consumer(configuration: configuration, logger: logger)
    let starts = (0..<partitions).map { (TopicPartition(topic: topic, partition: Int32($0)), StartOffset.beginning) }
    try await consumer.assign(Dictionary(uniqueKeysWithValues: starts))
    var read = 0
    var total = 0
    var start = ContinuousClock.now
    while read < records, let batch = try await consumer.nextBatch(maxRecords: 1000, maxWait: .milliseconds(100)) {
      batch.forEach { record in
        guard let value = record.value else { return }
        total += value.count + Int(value[value.count - 1])
      }
      if read == 0 { start = .now }
      read += batch.count
    }
    let took = (ContinuousClock.now - start).seconds
    guard total == records * (bytes + Int(UInt8(ascii: "x"))) else { throw BenchmarkFailure("not the bytes that were written") }
    await consumer.close(deadline: .seconds(10))
    return took
  }

  /// Fills the topic evenly.
  func fill() async throws {
    let producer = try producer()
    let value = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
    var batch = RecordBatch(reservingRecords: 1000, reservingBytes: 1000 * bytes)
    var deliveries: [Delivery] = []
    for first in stride(from: 0, to: records, by: 1000) {
      batch.removeAll(keepingCapacity: true)
      for number in first..<min(first + 1000, records) {
        value.withUnsafeBytes { batch.append(topic: topic, partition: Int32(number % partitions), key: nil, value: $0) }
      }
      deliveries.append(try await producer.enqueue(batch))
    }
    for delivery in deliveries { try await delivery.wait().throwIfFailed() }
    await producer.close(deadline: .seconds(10))
  }
}
