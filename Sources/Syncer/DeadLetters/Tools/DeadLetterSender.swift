internal import Kafka
internal import Logging

/// Writes letters again: written down before, acknowledged, written down after. Not safe for several tasks at once.
final class DeadLetterSender {
  /// The most records between two looks at the clock.
  private static let batch = 1000

  private let producer: Producer
  private let topics: DeadLetterTopics
  private let store: DeadLetterStore
  private let rate: Double?
  private let actor: ParkingActor
  private let start = ContinuousClock.now
  private var written = 0

  /// - Parameter rate: the most records each second.
  init(configuration: ProducerConfiguration, store: DeadLetterStore, rate: Double?, actor: ParkingActor, logger: Logger) throws {
    var configuration = configuration
    configuration.transactionalID = nil
    configuration.idempotence = true
    configuration.acks = .all
    configuration.deliveryTimeout = min(configuration.deliveryTimeout, .seconds(30))
    configuration.enqueueTimeout = min(configuration.enqueueTimeout, .seconds(30))
    producer = try Producer(configuration: configuration, logger: logger)
    topics = try DeadLetterTopics(producer: configuration, logger: logger)
    self.store = store
    self.rate = rate
    self.actor = actor
  }

  func close() async { _ = await producer.close(deadline: .seconds(10)) }

  /// Writes records in order and waits for them.
  ///
  /// - Parameter progress: told how many of them were written.
  /// - Returns: those that were written; the others were dealt with by somebody else.
  /// - Throws: ``DeadLetterToolError`` where one was not acknowledged: nothing behind it is written.
  func send(
    _ records: [(entry: DeadLetterStore.Entry, record: ProducerRecord)], isForced: Bool, isolation: isolated (any Actor)? = #isolation,
    progress: (Int) -> Void
  ) async throws -> [DeadLetterStore.Entry] {
    var sent: [DeadLetterStore.Entry] = []
    let size = rate.map { max(1, min(Self.batch, Int($0 / 5))) } ?? Self.batch
    var index = 0
    while index < records.count {
      let part = Array(records[index..<min(index + size, records.count)])
      index += part.count
      sent += try await write(part, isForced: isForced)
      progress(sent.count)
    }
    return sent
  }

  private func write(
    _ part: [(entry: DeadLetterStore.Entry, record: ProducerRecord)], isForced: Bool, isolation: isolated (any Actor)? = #isolation
  ) async throws -> [DeadLetterStore.Entry] {
    for (entry, record) in part where entry.action == .setAside { await topics.ensure(record.topic, like: entry.letter.record.topic) }
    if let rate, written > 0 { try await Task.sleep(until: start + .seconds(Double(written) / rate)) }
    let mine = try await store.claim(part.map(\.entry), isForced: isForced, isDone: false, by: actor)
    let records = part.indices.filter(mine.contains).map { part[$0] }
    guard !records.isEmpty else { return [] }
    let report: DeliveryReport
    do {
      report = try await producer.send(contentsOf: records.map(\.record))
    } catch let error as KafkaError {
      // Whether some of it was written is found out by the next retry.
      throw DeadLetterToolError(.undelivered, "records could not be written: \(error)")
    }
    let failed = Dictionary(report.failures.map { ($0.index, $0) }) { first, _ in first }
    try await store.finish(records.indices.filter { failed[$0] == nil }.map { records[$0].entry }, by: actor)
    try await store.release(records.indices.filter { failed[$0].map { !$0.isPossiblyStored } ?? false }.map { records[$0].entry })
    if let first = report.failures.first {
      throw DeadLetterToolError(
        .undelivered,
        "\(report.failures.count) of \(records.count) records were not written to \(first.topic), the others are written down: \(first.error)"
      )
    }
    written += records.count
    return records.map(\.entry)
  }
}
