public import Kafka
public import Logging

/// Writes dead letters to Kafka: topic `<topic>.dlq`, the partition of the source, key, value, timestamp and headers kept. Records that are to be tried
/// again go to their retry topics in the same way.
///
/// A letter counts as written when all in-sync replicas have acknowledged it. The topic is created with as many partitions as the source
/// has; where the cluster does not let itself be asked, it is left to create the topic by itself, and a letter whose partition does not
/// exist there goes where its key belongs.
public final class DeadLetterPublisher: DeadLetterWriter {
  /// No letter is tried for longer before the engine hears that it failed; the engine tries again for as long as it takes.
  private static let deliveryTimeout: Duration = .seconds(10)

  private let producer: Producer
  private let topics: DeadLetterTopics
  private let headers: DeadLetterHeaders
  private let suffix: String
  private let logger: Logger

  /// - Parameters:
  ///   - configuration: of the cluster that the records come from. The producer is made by the publisher, idempotent and with `acks` all;
  ///     `maximumRecordBytes` should be somewhat larger than the largest record, as the headers are added.
  ///   - group: the consumer group, for the headers.
  ///   - suffix: appended to the topic.
  /// - Throws: `KafkaError` where the configuration is not valid.
  public init(configuration: ProducerConfiguration, group: String, suffix: String = ".dlq", logger: Logger) throws {
    var configuration = configuration
    configuration.deliveryTimeout = min(configuration.deliveryTimeout, Self.deliveryTimeout)
    configuration.enqueueTimeout = min(configuration.enqueueTimeout, Self.deliveryTimeout)
    configuration.transactionalID = nil
    configuration.idempotence = true
    configuration.acks = .all
    producer = try Producer(configuration: configuration, logger: logger)
    topics = try DeadLetterTopics(producer: configuration, logger: logger)
    headers = DeadLetterHeaders(group: group)
    self.suffix = suffix
    self.logger = logger
  }

  /// Writes letters, those of one partition in their order, and waits for the acknowledgements.
  public func write(_ letters: [DeadLetter]) async -> [DeadLetterFailure] {
    for letter in Set(letters.map { Destination(source: $0.record.topic, topic: topic(of: $0), isRetry: $0.retry != nil) }) {
      await topics.ensure(letter.topic, like: letter.source, isRetry: letter.isRetry)
    }
    var failures = await send(Array(letters.indices), letters) { self.record(for: $0) }
    // Two things may be wrong with a letter rather than with the cluster.
    let homeless = failures.filter { $0.code == .unknownPartition }.map(\.index)
    let large = failures.filter { $0.code == .messageSizeTooLarge }.map(\.index)
    for (indices, change) in [(homeless, Change.partition), (large, .headers)] where !indices.isEmpty {
      failures.removeAll { indices.contains($0.index) }
      failures += await send(indices, letters) { self.record(for: $0, change) }
    }
    return failures.sorted { $0.index < $1.index }.map { DeadLetterFailure(index: $0.index, reason: $0.reason) }
  }

  /// Makes the retry topics of topics that exist.
  public func prepareRetries(of topics: [String], count: Int) async {
    for topic in topics {
      for number in 1...max(count, 1) { await self.topics.ensure(RetryTopics.name(of: topic, number), like: topic, isRetry: true) }
    }
  }

  /// Ends the producer.
  public func close(deadline: Duration) async {
    await producer.close(deadline: deadline)
  }

  private struct Destination: Hashable {
    var source: String
    var topic: String
    var isRetry: Bool
  }

  private func topic(of letter: DeadLetter) -> String {
    letter.retry.map { RetryTopics.name(of: letter.record.topic, $0.number) } ?? letter.record.topic + suffix
  }

  /// What is done differently at the second try.
  private enum Change {
    /// The partitioner chooses.
    case partition
    /// As few headers as possible.
    case headers
  }

  private struct Failure {
    var index: Int
    var code: KafkaError.Code
    var reason: String
  }

  private func record(for letter: DeadLetter, _ change: Change? = nil) -> ProducerRecord {
    let source = letter.record
    // A retry topic's retention counts from now, not from the time of an old record: that is in a header.
    let timestamp = letter.retry != nil || source.timestamp < 0 ? nil : source.timestamp
    return ProducerRecord(
      topic: topic(of: letter), partition: change == .partition ? nil : source.partition, key: source.key, value: source.value,
      headers: headers.headers(for: letter, isBrief: change == .headers), timestamp: timestamp)
  }

  private func send(_ indices: [Int], _ letters: [DeadLetter], _ record: (DeadLetter) -> ProducerRecord) async -> [Failure] {
    do {
      let report = try await producer.send(contentsOf: indices.map { record(letters[$0]) })
      return report.failures.compactMap { failure in
        guard indices.indices.contains(failure.index) else { return nil }
        return Failure(index: indices[failure.index], code: failure.error.code, reason: failure.error.description)
      }
    } catch let error as KafkaError {
      return indices.map { Failure(index: $0, code: error.code, reason: error.description) }
    } catch {
      return indices.map { Failure(index: $0, code: .failure, reason: "interrupted") }
    }
  }
}
