internal import Kafka
internal import Logging

/// Reads spans of partitions, each to its end and not a record further.
struct SpanReader: Sendable {
  let configuration: RebuildConfiguration
  let logger: Logger

  /// A part of a partition.
  struct Span: Hashable, Sendable {
    var partition: TopicPartition
    /// The first offset.
    var from: Int64
    /// The offset behind the last one.
    var to: Int64

    var count: Int64 { max(0, to - from) }
  }

  /// Reads with a consumer of its own.
  ///
  /// - Parameters:
  ///   - records: is given the records, batch by batch, those of a partition in the order of their offsets.
  ///   - end: is told that there is nothing more of a partition, although its last offsets may have held no records.
  func read(
    _ spans: [Span], records: ([ConsumerRecord]) async throws -> Void, end: (TopicPartition) async throws -> Void
  ) async throws {
    let spans = spans.filter { $0.count > 0 }
    guard !spans.isEmpty else { return }
    let consumer = try Consumer(configuration: configuration.consumer, logger: logger)
    do {
      try await read(spans, consumer, records, end)
    } catch {
      await consumer.close(deadline: .seconds(5))
      throw error
    }
    await consumer.close(deadline: .seconds(5))
  }

  private func read(
    _ spans: [Span], _ consumer: Consumer, _ records: ([ConsumerRecord]) async throws -> Void, _ end: (TopicPartition) async throws -> Void
  ) async throws {
    var left = Dictionary(uniqueKeysWithValues: spans.map { ($0.partition, $0) })
    try await consumer.assign(left.mapValues { .at($0.from) })
    var lastNews = ContinuousClock.now
    var silence = Silence(quietAfter: configuration.quietAfter)
    // Those whose end was reached since they were sought: nothing more comes of them, although it lies before what was asked for.
    var exhausted: Set<TopicPartition> = []
    while !left.isEmpty {
      try Task.checkCancellation()
      guard
        let polled = try await consumer.nextBatch(
          maxRecords: configuration.batchRecords, maxBytes: configuration.batchBytes, maxWait: .milliseconds(200))
      else { return }
      var wanted: [ConsumerRecord] = []
      var reached: Set<TopicPartition> = []
      for record in polled.records() {
        let partition = record.topicPartition
        guard let span = left[partition], record.offset >= span.from else { continue }
        if record.offset < span.to { wanted.append(record) }
        if record.offset >= span.to - 1 { reached.insert(partition) }
        left[partition]?.from = record.offset + 1
      }
      for (partition, end) in consumer.takeReachedEnds() {
        guard let span = left[partition] else { continue }
        if end >= span.to { reached.insert(partition) } else { exhausted.insert(partition) }
      }
      if !wanted.isEmpty { try await records(wanted) }
      // What comes behind the end is not wanted, and need not be fetched.
      if !reached.isEmpty { try await consumer.pause(reached.sorted()) }
      for partition in reached.sorted() {
        left[partition] = nil
        try await end(partition)
      }
      if !wanted.isEmpty || !reached.isEmpty {
        lastNews = .now
        silence.wasBroken()
      }
      let step = silence.step(after: ContinuousClock.now - lastNews, isExhausted: left.keys.allSatisfy(exhausted.contains))
      if step == .keepReading { continue }
      _ = try await consumer.watermarks(for: Array(left.keys))
      switch step {
      case .keepReading, .ask: continue
      case .seekAgain:
        exhausted = []
        try await consumer.seek(left.mapValues(\.from))
        lastNews = .now
      case .end:
        for partition in left.keys.sorted() { try await end(partition) }
        return
      case .giveUp: throw Self.nothingCame(of: left.keys.filter { !exhausted.contains($0) }.sorted())
      }
    }
  }

  private static func nothingCame(of silent: [TopicPartition]) -> KafkaError {
    KafkaError(
      code: .timedOut,
      reason: "expected records or the end of \(silent.count) partitions, found neither: the first is "
        + "\(silent.first.map { "\($0)" } ?? "-"); look at its leader's log, and start the rebuild again: it goes on where it was",
      where: "SpanReader.read")
  }
}
