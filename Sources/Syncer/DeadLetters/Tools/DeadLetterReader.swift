public import Kafka
public import Logging

/// Reads dead-letter topics, from their oldest letter to the one that was the newest when it began. Belongs to no group and commits nothing; what it
/// holds in memory is bounded, however many letters there are.
public struct DeadLetterReader: Sendable {
  /// The most letters handed out at once.
  public static let pageSize = 2000
  /// How long to wait for a broker that hands out nothing.
  private static let patience: Duration = .seconds(30)

  let admin: Admin
  private let configuration: ConsumerConfiguration
  private let suffix: String
  private let logger: Logger

  /// - Parameter suffix: of the names of dead-letter topics.
  public init(admin: Admin, configuration: ConsumerConfiguration, suffix: String = ".dlq", logger: Logger) {
    var configuration = configuration
    configuration.groupID = nil
    configuration.groupInstanceID = nil
    configuration.isolation = .readCommitted
    configuration.statisticsInterval = .zero
    configuration.queueBytes = 8 << 20
    configuration.queueRecords = 10_000
    configuration.fetchMaximumWait = .milliseconds(50)
    self.admin = admin
    self.configuration = configuration
    self.suffix = suffix
    self.logger = logger
  }

  /// The partitions of the topics that a selection means.
  ///
  /// - Throws: ``DeadLetterToolError`` (`notFound`) where a topic was named that is not there.
  public func partitions(_ selection: DeadLetterSelection) async throws -> [TopicPartition] {
    let all = try await admin.describeTopics().filter { $0.error == nil }
    var found: [TopicPartition] = []
    let named = selection.topics.isEmpty ? Array(Set(selection.places.map(\.partition.topic))).sorted() : selection.topics
    guard !named.isEmpty else { return all.filter { $0.name.hasSuffix(suffix) }.flatMap(\.topicPartitions).sorted() }
    for name in named {
      // Of a topic its dead letters are meant, where it has any.
      guard let topic = all.first(where: { $0.name == name + suffix }) ?? all.first(where: { $0.name == name && isLetters(name) }) else {
        throw DeadLetterToolError(
          .notFound, "there is no topic \(name)\(isLetters(name) ? "" : suffix): nothing of it was ever dead-lettered")
      }
      found += topic.topicPartitions
    }
    return found.sorted()
  }

  /// A name that ends with the suffix, or one of another tool's dead letters.
  private func isLetters(_ name: String) -> Bool {
    let foreign = ["dlq", "dlt", "dead", "error", "parked"]
    return name.hasSuffix(suffix) || foreign.contains { name.lowercased().contains($0) }
  }

  /// Hands out the letters that a selection means, in pages; those of one partition in their order.
  ///
  /// - Parameters:
  ///   - progress: told how many of how many records were read.
  ///   - body: returns whether to go on.
  public func read(
    _ selection: DeadLetterSelection, isolation: isolated (any Actor)? = #isolation, progress: (Int64, Int64) -> Void = { _, _ in },
    _ body: ([StoredDeadLetter]) async throws -> Bool
  ) async throws {
    try await read(try await partitions(selection), selection, progress: progress, body)
  }

  func read(
    _ partitions: [TopicPartition], _ selection: DeadLetterSelection, isolation: isolated (any Actor)? = #isolation,
    progress: (Int64, Int64) -> Void = { _, _ in }, _ body: ([StoredDeadLetter]) async throws -> Bool
  ) async throws {
    let logs = try await admin.watermarks(for: partitions)
    var ranges: [TopicPartition: Range<Int64>] = [:]
    for (partition, log) in logs where log.high > log.low {
      let range = selection.range(of: (partition.topic, partition.partition), log: log.low..<log.high)
      if !range.isEmpty { ranges[partition] = range }
    }
    guard !ranges.isEmpty else { return }
    let consumer = try Consumer(configuration: configuration, logger: logger)
    do {
      try await read(ranges, selection, consumer, progress, body)
    } catch {
      await consumer.close(deadline: .seconds(1))
      throw error
    }
    await consumer.close(deadline: .seconds(1))
  }

  private func read(
    _ ranges: [TopicPartition: Range<Int64>], _ selection: DeadLetterSelection, _ consumer: Consumer, _ progress: (Int64, Int64) -> Void,
    isolation: isolated (any Actor)? = #isolation, _ body: ([StoredDeadLetter]) async throws -> Bool
  ) async throws {
    try await consumer.assign(ranges.mapValues { .at($0.lowerBound) })
    let total = ranges.values.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
    var left = ranges
    var heard = ContinuousClock.now
    var page: [StoredDeadLetter] = []
    while !left.isEmpty {
      guard let batch = try await consumer.nextBatch(maxRecords: Self.pageSize, maxBytes: 4 << 20, maxWait: .milliseconds(100)) else {
        break
      }
      page.removeAll(keepingCapacity: true)
      batch.forEach { view in
        let partition = view.topicPartition
        guard let range = left[partition] else { return }
        guard view.offset < range.upperBound else {
          left[partition] = nil
          return
        }
        let letter = StoredDeadLetter(view.record())
        if selection.matches(letter) { page.append(letter) }
        let next = view.offset + 1
        left[partition] = next < range.upperBound ? next..<range.upperBound : nil
      }
      // Behind the last record there may be markers of transactions, which are never handed out.
      for (partition, end) in consumer.takeReachedEnds() where end >= left[partition]?.upperBound ?? .max { left[partition] = nil }
      progress(total - left.values.reduce(0) { $0 + $1.upperBound - $1.lowerBound }, total)
      if !page.isEmpty, try await !body(page) { return }
      // Counted from here: what the caller did with the page took its own time.
      if !batch.isEmpty { heard = ContinuousClock.now }
      guard ContinuousClock.now - heard < Self.patience else {
        throw DeadLetterToolError(
          .unavailable, "\(left.count) partitions hand out nothing for \(Self.patience.components.seconds) s: is their leader up?")
      }
    }
  }
}
