internal import Kafka
internal import Logging
internal import Postgres

/// The way to the first record: Kafka answers, and the sink is ready.
struct Startup: Sendable {
  let configuration: SyncerConfiguration
  let source: any RecordSource
  let sink: any Sink
  let state: EngineState
  let logger: Logger

  /// False where a stop was asked for meanwhile.
  ///
  /// - Throws: ``SyncerError`` where Kafka or the sink does not answer in time, or refuses for good.
  func run() async throws -> Bool {
    let deadline = ContinuousClock.now + configuration.startDeadline
    guard let clusterID = try await clusterID(before: deadline) else { return false }
    state.withLock { $0.clusterID = clusterID }

    var attempts = 0
    while !state.isStopping {
      do {
        try await sink.prepare(OffsetScope(clusterID: clusterID, group: configuration.group))
        return true
      } catch {
        try Task.checkCancellation()
        let verdict = FailureClassifier.classify(error)
        attempts += 1
        let delay = configuration.sinkRetry.delay(after: attempts, random: .random(in: 0..<1))
        guard verdict.failureClass == .sinkDown || verdict.failureClass == .transient else {
          throw SyncerError(.sinkRefused, "The sink \(sink.name) cannot be made ready: \(Self.sentence(verdict, error))", cause: error)
        }
        guard ContinuousClock.now + delay < deadline else {
          throw SyncerError(
            .sinkUnavailable, "The sink \(sink.name) was not ready within \(configuration.startDeadline): \(verdict.sentence)",
            cause: error)
        }
        logger.warning("\(verdict.sentence)", metadata: ["sink": "\(sink.name)", "again in": "\(delay)"])
        _ = await state.rest(delay)
      }
    }
    return false
  }

  /// The cluster's ID; nil where a stop was asked for meanwhile. A question cannot be taken back, so it is asked in short ones.
  private func clusterID(before deadline: ContinuousClock.Instant) async throws -> String? {
    while !state.isStopping {
      do {
        return try await source.clusterID(deadline: min(max(deadline - .now, .milliseconds(1)), Self.patience))
      } catch {
        if state.isStopping { return nil }
        try Task.checkCancellation()
        if (error as? KafkaError)?.code == .timedOut, .now < deadline { continue }
        throw SyncerError(
          .kafkaUnavailable, "Kafka did not answer within \(configuration.startDeadline): check the bootstrap servers. (\(error))",
          cause: error)
      }
    }
    return nil
  }

  /// A stop is noticed after this at the latest.
  private static let patience: Duration = .milliseconds(500)

  /// The verdict, with a handler's own words where the verdict has none of it: no row has been read yet that these could quote.
  private static func sentence(_ verdict: FailureVerdict, _ error: any Error) -> String {
    guard let beneath = (error as? SinkFailure)?.cause, !(beneath is PostgresError) else { return verdict.sentence }
    return "\(verdict.handler.map { "handler \($0): " } ?? "")\(beneath)"
  }
}
