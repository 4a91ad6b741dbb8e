import Kafka
import Logging
import Synchronization
import Testing

/// Quiet, except for what a failing test needs.
let testLogger: Logger = {
  var logger = Logger(label: "kafka-tests")
  logger.logLevel = .critical
  return logger
}()

/// Passes log messages on to a test.
struct ForwardingLogHandler: LogHandler {
  let lines: AsyncStream<(level: Logger.Level, message: String)>.Continuation
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .trace

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.yield((event.level, "\(event.message)"))
  }
}

/// A logger whose lines come out of a stream.
func streamingLogger() -> (Logger, AsyncStream<(level: Logger.Level, message: String)>) {
  let (stream, lines) = AsyncStream.makeStream(of: (level: Logger.Level, message: String).self)
  return (Logger(label: "stream") { _ in ForwardingLogHandler(lines: lines) }, stream)
}

/// Bytes of text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A producer that sends at once.
func testProducer(_ cluster: any TestCluster, _ change: (inout ProducerConfiguration) -> Void = { _ in }) throws -> Producer {
  var configuration = ProducerConfiguration(bootstrapServers: cluster.bootstrapServers, statisticsInterval: .zero)
  configuration.linger = .milliseconds(1)
  configuration.deliveryTimeout = .seconds(20)
  change(&configuration)
  return try Producer(configuration: configuration, logger: testLogger)
}

/// A consumer that fetches often: librdkafka asks for a partition that is new, or was sought, once its last fetch has come back. The mock
/// cluster even holds a fetch that finds something only later for its full time.
func testConsumer(
  _ cluster: any TestCluster, group: String?, _ change: (inout ConsumerConfiguration) -> Void = { _ in }
) throws -> Consumer {
  var configuration = ConsumerConfiguration(bootstrapServers: cluster.bootstrapServers, groupID: group, statisticsInterval: .zero)
  configuration.fetchMaximumWait = cluster is MockCluster ? .milliseconds(10) : .milliseconds(100)
  configuration.sessionTimeout = .seconds(6)
  configuration.heartbeatInterval = .milliseconds(100)
  change(&configuration)
  return try Consumer(configuration: configuration, logger: testLogger)
}

/// Polls until `enough` says so.
func poll(_ consumer: Consumer, within limit: Duration = .seconds(30), until enough: ([ConsumerRecord]) -> Bool) async throws
  -> [ConsumerRecord]
{
  let deadline = ContinuousClock.now + limit
  var records: [ConsumerRecord] = []
  while !enough(records) {
    try #require(ContinuousClock.now < deadline, "\(records.count) records after \(limit)")
    guard let batch = try await consumer.nextBatch(maxRecords: 1000, maxWait: .milliseconds(100)) else { break }
    records += batch.records()
  }
  return records
}

/// Remembers what a rebalance told, and answers with start offsets.
final class RebalanceLog: RebalanceHandler {
  struct State {
    var assigned: [TopicPartition] = []
    var revoked: [TopicPartition] = []
    var lost: [TopicPartition] = []
    /// All that ever went, whether or not it came back.
    var everGone: Set<TopicPartition> = []
    var starts: [TopicPartition: Int64] = [:]
    var onRevoke: (@Sendable ([TopicPartition]) async -> Void)?
  }

  let state = Mutex(State())

  init(starts: [TopicPartition: Int64] = [:]) {
    state.withLock { $0.starts = starts }
  }

  var assigned: Set<TopicPartition> { state.withLock { Set($0.assigned) } }
  var owned: Set<TopicPartition> { state.withLock { Set($0.assigned).subtracting($0.revoked).subtracting($0.lost) } }

  func partitionsAssigned(_ partitions: [TopicPartition]) async -> [TopicPartition: Int64] {
    state.withLock { state in
      state.assigned += partitions
      state.revoked.removeAll { partitions.contains($0) }
      state.lost.removeAll { partitions.contains($0) }
      return state.starts.filter { partitions.contains($0.key) }
    }
  }

  func partitionsRevoked(_ partitions: [TopicPartition]) async {
    let act = state.withLock { state in
      state.revoked += partitions
      state.everGone.formUnion(partitions)
      return state.onRevoke
    }
    await act?(partitions)
  }

  func partitionsLost(_ partitions: [TopicPartition]) async {
    state.withLock { state in
      state.lost += partitions
      state.everGone.formUnion(partitions)
    }
  }
}
