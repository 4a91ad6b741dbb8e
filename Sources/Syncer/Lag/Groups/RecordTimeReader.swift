public import Kafka
public import Logging

/// Reads the records that groups stand at, to tell how old they are. One small fetch a partition, all of them within one deadline; what was
/// read once is remembered.
///
/// Not safe for several tasks at once.
public final class RecordTimeReader {
  /// What stands at an offset or behind it.
  public struct Found: Hashable, Sendable {
    /// The offset of the first record there; behind the last one where there is none.
    public var offset: Int64
    /// The record's timestamp, ms since 1970; nil where it has none, or where there is no record.
    public var timestamp: Int64?
  }

  /// More partitions than this are not looked at in one go.
  private static let mostPartitions = 1000

  private let configuration: ConsumerConfiguration
  private let logger: Logger
  private var known: [TopicPartition: (asked: Int64, found: Found)] = [:]

  /// A reader whose clients belong to no group and commit nothing.
  public init(configuration: ConsumerConfiguration, logger: Logger) throws {
    var configuration = configuration
    configuration.groupID = nil
    configuration.isolation = .readCommitted
    configuration.statisticsInterval = .zero
    // As little as possible of each partition. A shorter queue would do, but librdkafka looks whether it has room again only once a second,
    // and a partition that holds nothing but markers takes two fetches.
    configuration.fetchPartitionBytes = 4096
    configuration.queueRecords = 2000
    configuration.queueBytes = 1 << 20
    configuration.fetchMaximumWait = .milliseconds(50)
    try configuration.validate()
    self.configuration = configuration
    self.logger = logger
  }

  /// The first record at or behind each offset, as far as they can be read in time. A partition without a record there is told with the
  /// offset of its end.
  public func read(_ offsets: [TopicPartition: Int64], within limit: Duration) async throws -> [TopicPartition: Found] {
    var result: [TopicPartition: Found] = [:]
    var wanted: [TopicPartition: Int64] = [:]
    for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
      if let known = known[partition], known.asked == offset, known.found.timestamp != nil {
        result[partition] = known.found
      } else if wanted.count < Self.mostPartitions {
        wanted[partition] = offset
      }
    }
    guard !wanted.isEmpty else { return result }
    // A client each time: it lives for some milliseconds, and has fetched nothing for anybody else.
    let consumer = try Consumer(configuration: configuration, logger: logger)
    do {
      try await read(wanted, consumer, within: limit, into: &result)
    } catch {
      await consumer.close(deadline: .seconds(1))
      throw error
    }
    await consumer.close(deadline: .seconds(1))
    return result
  }

  private func read(
    _ wanted: [TopicPartition: Int64], _ consumer: Consumer, within limit: Duration, into result: inout [TopicPartition: Found]
  ) async throws {
    try await consumer.assign(wanted.mapValues(StartOffset.at))
    let deadline = ContinuousClock.now + limit
    var left = Set(wanted.keys)
    var read: [TopicPartition: Found] = [:]
    func note(_ partition: TopicPartition, _ found: Found) {
      if left.remove(partition) != nil { read[partition] = found }
    }
    while !left.isEmpty, ContinuousClock.now < deadline {
      guard let batch = try await consumer.nextBatch(maxRecords: 1000, maxBytes: 4 << 20, maxWait: .milliseconds(20)) else { break }
      batch.forEach { record in
        let partition = record.topicPartition
        guard let asked = wanted[partition], record.offset >= asked else { return }
        note(partition, Found(offset: record.offset, timestamp: record.timestamp >= 0 ? record.timestamp : nil))
      }
      for (partition, end) in consumer.takeReachedEnds() { note(partition, Found(offset: end, timestamp: nil)) }
    }
    for (partition, found) in read {
      result[partition] = found
      if let asked = wanted[partition] { known[partition] = (asked, found) }
    }
  }
}
