import BenchmarkSupport
import Kafka

/// An idempotent producer: numbers its records in each partition, so that one that is missing, twice or out of order can be told.
struct NumberedProducer: Sendable {
  let clients: ChaosClients
  let number: Int
  let compression: ProducerConfiguration.Compression
  let seed: UInt64
  let findings: Findings
  let progress: ChaosProgress
  private let batchesPerSecond = 20.0
  private let batchRecords = 20

  func run(until stop: StopFlag) async throws -> ProducedNumbers {
    let producer = try clients.producer(compression: compression)
    var numbers = SeededNumbers(seed: seed, stream: 100 + UInt64(number))
    var result = ProducedNumbers(producer: number, counts: Array(repeating: 0, count: ChaosTopics.numberedPartitions))
    var outstanding = Outstanding("producer with \(compression.rawValue)", findings: findings, progress: progress)
    var batch = RecordBatch()
    var next = ContinuousClock.now
    while !stop.isSet {
      batch.removeAll(keepingCapacity: true)
      for _ in 0..<batchRecords {
        let partition = Int.random(in: 0..<result.counts.count, using: &numbers)
        let value = NumberedValue.write(
          producer: number, partition: Int32(partition), number: result.counts[partition], filling: RecordSizes.next(&numbers), &numbers)
        let key = Array("key-\(number)-\(result.counts[partition] % 50)".utf8)
        key.withUnsafeBytes { key in
          value.withUnsafeBytes { batch.append(topic: ChaosTopics.numbered, partition: Int32(partition), key: key, value: $0) }
        }
        result.counts[partition] += 1
      }
      outstanding.append(try await producer.enqueue(batch))
      await outstanding.settle()
      next = max(next + .seconds(1 / batchesPerSecond), .now)
      try await pause(until: next)
    }
    try await outstanding.finish(producer)
    return result
  }
}
