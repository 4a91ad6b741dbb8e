internal import Kafka
internal import Logging
internal import Postgres

/// Applies spans of partitions to a version: from where it is to where it shall come, and not a record further.
struct RebuildPass: Sendable {
  let configuration: RebuildConfiguration
  let version: ReadModelVersion
  let sink: PostgresSink
  let store: RebuildStore
  let pool: Pool
  let meter: RebuildMeter
  let pace: RebuildPace
  let logger: Logger

  /// Where a partition is and where it has to come.
  struct Span: Hashable, Sendable {
    var partition: TopicPartition
    /// What is stored now; nil where nothing is.
    var stored: Int64?
    /// What lanes of the version have applied beyond that; nil where the partition is not divided.
    var lanes: LaneProgress?
    /// The first offset to apply.
    var from: Int64
    /// The offset behind the last one.
    var to: Int64

    var count: Int64 { max(0, to - from) }
  }

  /// Applies all spans, several partitions at a time.
  ///
  /// - Throws: ``RebuildError``, `KafkaError`, ``OffsetConflict`` where somebody else moves the version's offsets.
  func run(_ spans: [Span]) async throws {
    let spans = spans.filter { $0.count > 0 }
    guard !spans.isEmpty else { return }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for share in Self.shares(of: spans, max(1, configuration.parallelism)) { group.addTask { try await apply(share) } }
      for try await _ in group {}
    }
  }

  /// The partitions dealt out so that each share has about as much to do. Pure.
  static func shares(of spans: [Span], _ count: Int) -> [[Span]] {
    var shares = Array(repeating: (spans: [Span](), load: Int64(0)), count: min(count, spans.count))
    for span in spans.sorted(by: { ($1.count, $0.partition) < ($0.count, $1.partition) }) {
      guard let least = shares.indices.min(by: { shares[$0].load < shares[$1].load }) else { break }
      shares[least].spans.append(span)
      shares[least].load += span.count
    }
    return shares.map(\.spans)
  }

  private func apply(_ spans: [Span]) async throws {
    var left = Dictionary(uniqueKeysWithValues: spans.map { ($0.partition, $0) })
    try await SpanReader(configuration: configuration, logger: logger).read(
      spans.map { SpanReader.Span(partition: $0.partition, from: $0.from, to: $0.to) }
    ) { records in
      try await apply(records, &left)
    } end: { partition in
      if let span = left[partition] { try await skipRest(of: span) }
    }
  }

  /// The offsets up to the span's end hold no records.
  private func skipRest(of span: Span) async throws {
    guard span.from < span.to else { return }
    try await sink.apply(
      SinkBatch(
        records: [], advances: [SinkBatch.Advance(partition: span.partition, expected: span.stored, next: span.to, lanes: span.lanes)]))
    meter.done(span.count)
  }

  /// Applies records, and moves offsets with them. What lanes have applied already is passed over.
  private func apply(_ polled: [ConsumerRecord], _ spans: inout [TopicPartition: Span]) async throws {
    try await pace.wait(for: polled.count)
    let left = polled.filter { spans[$0.topicPartition]?.lanes?.hasApplied(key: $0.key, offset: $0.offset) != true }
    try await apply(
      left,
      work: { batch, range, excluded in
        batch.work(range, excluded: excluded, stored: spans.compactMapValues(\.stored), lanes: spans.compactMapValues(\.lanes))
      }, done: { advance($0.advances, &spans) })
  }

  /// Applies records, transaction by transaction, as the syncer does; what cannot be applied is written down and left out.
  ///
  /// - Parameters:
  ///   - work: what one transaction does with a range, and the indices of its records.
  ///   - done: told of each that has committed.
  func apply(
    _ polled: [ConsumerRecord], work: (RebuildBatch, Range<Int>, Set<Int>) -> (SinkBatch, [Int]), done: (SinkBatch) -> Void
  ) async throws {
    let batch = RebuildBatch(polled, accepts: sink.accepts)
    for index in batch.malformed {
      let reason = batch.records[index].parseFailure?.reason ?? ""
      try await fail(batch.records[index], handler: nil, reason: reason, isMalformed: true)
    }
    var plan = BatchPlan(
      count: polled.count, excluded: batch.excluded, retry: RetryPolicy(), isolation: RetryPolicy(maxAttempts: 3), sinkRetry: .untilItIsBack
    )
    var down: ContinuousClock.Instant?
    while true {
      switch plan.step {
      case .finished: return
      case .wait(let delay, let verdict):
        let since = down ?? .now
        if verdict.failureClass == .sinkDown { down = since }
        guard ContinuousClock.now - since < configuration.outageDeadline else {
          throw RebuildError(
            .unavailable,
            "\(verdict.sentence) That went on for \(configuration.outageDeadline): start the rebuild again, it goes on where it is.")
        }
        logger.warning("\(verdict.sentence)", metadata: ["again in": "\(delay)"])
        try await Task.sleep(for: delay)
        plan.waited()
      case .deadLetter(let index, let verdict):
        try await fail(batch.records[index], handler: verdict.handler, reason: verdict.sentence, isMalformed: false)
        plan.deadLettered()
      case .apply(let range):
        let (work, indices) = work(batch, range, plan.excluded)
        do {
          try await sink.apply(work)
          down = nil
          done(work)
          plan.succeeded()
        } catch let conflict as OffsetConflict {
          // A commit whose answer was lost has moved them itself.
          let isOurs = !work.advances.isEmpty && work.advances.allSatisfy { conflict.stored[$0.partition] == .some($0.next) }
          guard isOurs else { throw conflict }
          done(work)
          plan.succeeded()
        } catch {
          try Task.checkCancellation()
          plan.failed(Self.verdict(error, indices), random: .random(in: 0..<1))
        }
      }
    }
  }

  private func advance(_ advances: [SinkBatch.Advance], _ spans: inout [TopicPartition: Span]) {
    for advance in advances {
      guard var span = spans[advance.partition] else { continue }
      meter.done(advance.next - span.from)
      span.stored = advance.next
      span.from = advance.next
      spans[advance.partition] = span
    }
  }

  /// The classifier's verdict, its index being the batch's.
  private static func verdict(_ error: any Error, _ indices: [Int]) -> FailureVerdict {
    var verdict = FailureClassifier.classify(error)
    if case .poison(let index) = verdict.failureClass {
      verdict.failureClass = indices.indices.contains(index) ? .poison(index: indices[index]) : .permanent
    }
    return verdict
  }

  private func fail(_ record: ChangeRecord, handler: String?, reason: String, isMalformed: Bool) async throws {
    if !isMalformed { meter.failed() }
    try await pool.withConnection {
      try await store.fail(version, record.record, handler: handler, reason: reason, isMalformed: isMalformed, $0)
    }
  }
}
