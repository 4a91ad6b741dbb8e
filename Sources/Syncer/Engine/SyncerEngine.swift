public import Kafka
public import Logging
public import Metrics
public import ServiceLifecycle

/// Consumes change events as a member of a group and applies them to a sink, each once in effect.
///
/// ``run()`` joins the group and works until it is stopped: by graceful shutdown of its service group, by ``stop()``, or by cancelling
/// its task, which rolls the current transaction back. Everything that fails on the way is retried, isolated or waited for; `run()` throws
/// only where it cannot start, where a stored offset is out of range and the policy says fail, or where a stop takes too long.
///
/// Inside, one task polls, several parse and apply, one commits offsets to Kafka, one watches lag. If you are debugging who works on which
/// partition and who is paused, read `PartitionQueues`; what happens to a failing batch, `BatchPlan`; where a partition begins,
/// `Positioner`; what a rebalance does, `Rebalances`; who may apply what, `OffsetLedger` and `StoredOffsets`; how a key is parked and let go, `KeyParking`,
/// `ParkedQueueStore` and `ParkingResolver`; what waits while the sink is down, `CircuitBreaker`.
public final class SyncerEngine: Service {
  /// How the engine works.
  public let configuration: SyncerConfiguration

  private let source: any RecordSource
  let sink: any Sink
  let deadLetters: any DeadLetterWriter
  let state: EngineState
  let metrics: SyncerMetrics
  let failures: FailureMetrics
  let logger: Logger

  /// An engine over a consumer that is not subscribed yet.
  ///
  /// - Parameters:
  ///   - consumer: of the group that `configuration` names, without automatic commits. The engine subscribes and closes it.
  ///   - deadLetters: where records go that cannot be applied, see ``DeadLetterPublisher``. The engine closes it.
  ///   - metricsFactory: where metrics go.
  /// - Throws: ``SyncerError`` where the configuration makes no sense.
  public convenience init(
    configuration: SyncerConfiguration, consumer: Consumer, sink: any Sink, deadLetters: any DeadLetterWriter, logger: Logger,
    metricsFactory: any MetricsFactory = MetricsSystem.factory
  ) throws {
    try self.init(
      configuration: configuration, source: KafkaRecordSource(consumer, logger: logger), sink: sink, deadLetters: deadLetters,
      logger: logger,
      metricsFactory: metricsFactory, clock: .system)
  }

  init(
    configuration: SyncerConfiguration, source: any RecordSource, sink: any Sink, deadLetters: any DeadLetterWriter, logger: Logger,
    metricsFactory: any MetricsFactory, clock: WallClock
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.source = source
    self.sink = sink
    self.deadLetters = deadLetters
    self.logger = logger
    self.state = EngineState(clock: clock, lagWindow: configuration.lagWindow)
    self.metrics = SyncerMetrics(
      group: configuration.group, hasKMinionNames: configuration.publishesKMinionNames, factory: metricsFactory)
    self.failures = FailureMetrics(group: configuration.group, sink: sink.name, factory: metricsFactory)
  }

  /// Asks ``run()`` to come to its end: the current batch is finished, offsets are committed, the group is left. Returns at once.
  public func stop() {
    state.stop()
  }

  /// Works until stopped. To be called once.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await work()
    } onGracefulShutdown: {
      self.stop()
    }
  }

  /// For tests.
  var pausedPartitions: Set<TopicPartition> { state.withLock { $0.paused } }

  /// What the syncer knows about itself now.
  public var status: SyncerStatus {
    let now = state.clock.milliseconds
    return state.withLock { contents in
      let lag = contents.lags(now: now)
      let stallAfter = Int64(configuration.stallAfter / .milliseconds(1))
      let isBehind = lag.contains(where: \.isBehind)
      let kafkaSilence = max(10_000, 5 * Int64(configuration.lagInterval / .milliseconds(1)))
      return SyncerStatus(
        phase: contents.phase, pausedReason: contents.pausedReason, heldReason: contents.holds.problem, group: configuration.group,
        assigned: contents.ledger.owned, hasJoined: contents.hasJoined, positioning: contents.ledger.unpositioned, lag: lag,
        lastProgress: contents.lastProgress,
        isStalled: isBehind && now - contents.lastProgress > stallAfter, isSinkUp: contents.isSinkUp,
        isKafkaUp: contents.ledger.owned.isEmpty || now - contents.kafkaSeenAt <= kafkaSilence, counts: contents.counts,
        recentLatency: contents.latency.recent(now: now), totalLatency: contents.latency.total.summary, clusterID: contents.clusterID)
    }
  }

  private func work() async throws {
    defer {
      metrics.lag.removeAll()
      state.withLock { $0.phase = .stopped }
    }
    let start = Startup(configuration: configuration, source: source, sink: sink, state: state, logger: logger)
    let isStarted: Bool
    do {
      isStarted = try await start.run()
    } catch {
      await close()
      throw error
    }
    guard isStarted else {
      await close()
      return
    }

    var failure: (any Error)?
    do {
      try await runTasks()
    } catch let error as KafkaError {
      failure = GroupRefusal.error(for: error, group: configuration.group) ?? error
    } catch {
      failure = error
    }
    let wasCancelled = Task.isCancelled
    // Offsets of the last batch. Not where the partitions may belong to somebody else by now.
    if failure == nil, !wasCancelled { await OffsetCommitter(source: source, state: state, metrics: metrics, logger: logger).commit() }
    await close()
    if let error = state.withLock({ $0.failure }) ?? failure { throw error }
    if wasCancelled { throw CancellationError() }
    logger.info("the syncer has stopped")
  }

  private func close() async {
    await source.close(deadline: configuration.stopDeadline)
    await deadLetters.close(deadline: configuration.stopDeadline)
  }

  /// The topics, and those where records are tried again.
  private func subscription() async -> [String] {
    guard configuration.failures == .retryTopics else { return configuration.topics }
    let retries = configuration.retryTopics
    await deadLetters.prepareRetries(of: configuration.topics.filter { !$0.hasPrefix("^") }, count: retries.count)
    return retries.subscription(for: configuration.topics)
  }

  private func runTasks() async throws {
    let state = state
    let queue = RecordQueue(configuration)
    let gate = SinkGate(sink: sink, configuration: configuration, state: state, metrics: failures, logger: logger)
    let positioner = Positioner(source: source, sink: sink, policy: configuration.outOfRange, lanes: configuration.lanes, logger: logger)
    let rebalances = Rebalances(
      state: state, queue: queue, positioner: positioner, metrics: metrics, deadline: configuration.revokeDeadline, logger: logger)
    try await source.subscribe(await subscription(), listener: rebalances)
    state.withLock { contents in
      if contents.phase == .starting { contents.phase = .running }
    }

    let poll = PollLoop(
      source: source, configuration: configuration, state: state, queue: queue, positioner: positioner, gate: gate,
      retries: RetryWaiting(source: source, topics: configuration.retryTopics, state: state, logger: logger), metrics: metrics,
      failures: failures, logger: logger)
    let appliers = appliers(queue, gate: gate)
    let resolver = KeyParking(sink: sink, configuration: configuration, state: state, metrics: failures, logger: logger).map { parking in
      ParkingResolver(
        parking: parking, deadLetters: deadLetters, gate: gate, configuration: configuration, state: state, metrics: failures,
        letterMetrics: metrics, logger: logger)
    }
    let committer = OffsetCommitter(source: source, state: state, metrics: metrics, logger: logger)
    let watcher = LagWatcher(source: source, configuration: configuration, state: state, metrics: metrics, logger: logger)
    let stopDeadline = configuration.stopDeadline
    let sinkRetry = configuration.sinkRetry
    let (sink, maintenance) = (sink, configuration.maintenanceInterval)
    let intervals = (commit: configuration.commitInterval, lag: configuration.lagInterval)

    try await withThrowingTaskGroup(of: Bool.self) { group in
      // Those that say true have to end before the engine does; the others serve them.
      group.addTask {
        try await poll.run()
        return true
      }
      for applier in appliers {
        group.addTask {
          await applier.run()
          return true
        }
      }
      group.addTask {
        await committer.run(every: intervals.commit, retry: sinkRetry)
        return false
      }
      group.addTask {
        repeat { await watcher.look() } while await state.rest(intervals.lag)
        return false
      }
      group.addTask {
        await gate.run()
        return false
      }
      group.addTask {
        while await state.rest(maintenance) { await sink.maintain() }
        return false
      }
      if let resolver {
        group.addTask {
          await resolver.run()
          return false
        }
      }
      group.addTask {
        while !Task.isCancelled {
          let version = state.changed.version
          if state.isStopping { break }
          await state.changed.wait(after: version, atMost: .seconds(3600))
        }
        try await Task.sleep(for: stopDeadline)
        throw SyncerError(.stopDeadlineExceeded, "The batch in flight was not finished within \(stopDeadline); it was rolled back.")
      }
      var left = 1 + appliers.count
      while left > 0, let isNeeded = try await group.next() {
        if isNeeded { left -= 1 }
      }
      group.cancelAll()
    }
  }
}
