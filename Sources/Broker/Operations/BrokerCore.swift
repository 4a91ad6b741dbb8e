internal import Logging
internal import NIOCore

/// The broker on its event loop: everything that keeps state, put together.
///
/// The way of a record: ``ConnectionHandler`` cuts a request out of the bytes, ``ApiRouter`` finds its API, ``ProduceRequests`` asks
/// ``TopicCatalogue`` for the ``PartitionLog`` and appends, ``LogFlusher`` says when it is durable, ``FetchRequests`` wakes whoever
/// waits for it. Groups and transactions keep their state in logs, too, through ``StateLog``.
final class BrokerCore {
  let settings: BrokerSettings
  let topics: TopicCatalogue
  let groups: GroupCoordinator
  let transactions: TransactionCoordinator
  let connections: ConnectionTable
  let router: ApiRouter
  let fetches: FetchRequests
  let scheduler: any Scheduler
  let metrics: BrokerMetrics
  let logger: Logger
  private let flusher: LogFlusher
  private let cleaner: LogCleaner
  private let groupRequests: GroupRequests
  private var timers: [any ScheduledWork] = []

  /// Opens everything in the data folder, which exists and is locked. Blocks for as long as that takes.
  init(settings: BrokerSettings, eventLoop: any EventLoop, logger: Logger) throws {
    self.settings = settings
    self.logger = logger
    let scheduler = EventLoopScheduler(eventLoop)
    self.scheduler = scheduler
    let metrics = BrokerMetrics()
    self.metrics = metrics
    let onLoop: @Sendable (@escaping @Sendable () -> Void) -> Void = { work in eventLoop.execute(work) }

    let wasClean = try CleanShutdown.take(in: settings.dataFolder)
    let environment = LogEnvironment(logger: logger, now: { scheduler.now })
    let topics = try TopicCatalogue(settings: settings, logger: logger) { folder, partition, configuration in
      let log = try PartitionLog.open(
        folder: folder, partition: partition, configuration: configuration, afterCleanShutdown: wasClean, now: scheduler.now,
        environment: environment)
      log.awaitsFlush = settings.fsync == .everyBatch
      return log
    }
    self.topics = topics
    let flusher = LogFlusher(policy: settings.fsync, scheduler: scheduler, onLoop: onLoop)
    self.flusher = flusher
    environment.onRoll = { [unowned flusher] log in flusher.flushSoon(log) }
    let fetches = FetchRequests(topics: topics, scheduler: scheduler, metrics: metrics, maxBytes: settings.fetchMaxBytes)
    self.fetches = fetches
    cleaner = LogCleaner(scheduler: scheduler, logger: logger, onLoop: onLoop) { topics.topics.values.flatMap(\.logs) }

    let groups = GroupCoordinator(
      configuration: settings.groupConfiguration, scheduler: scheduler,
      log: PartitionStateLog(
        log: try topics.internalLog(TopicName.consumerOffsets), flusher: flusher, scheduler: scheduler), logger: logger)
    self.groups = groups
    let partitions = LogPartitions(
      topics: topics, groups: groups, flusher: flusher, scheduler: scheduler, onMarker: { fetches.changed($0) })
    transactions = TransactionCoordinator(
      configuration: settings.transactionConfiguration,
      log: PartitionStateLog(
        log: try topics.internalLog(TopicName.transactionState), flusher: flusher, scheduler: scheduler),
      scheduler: scheduler, partitions: partitions, logger: logger, reserveBlock: { try topics.reserveProducerIDs() })

    connections = ConnectionTable(limit: settings.maxConnections, scheduler: scheduler, metrics: metrics)
    router = ApiRouter(maxRequestBytes: settings.maxRequestBytes, metrics: metrics, logger: logger)
    groupRequests = GroupRequests(
      coordinator: groups, topics: topics, endpoint: .init(nodeID: settings.nodeID, host: settings.advertisedHost, port: 0))
    try groups.load()
    try transactions.start()
    connect()
    addRoutes()
    schedule()
  }

  /// The listener has its port.
  func listening(host: String, port: Int) {
    topics.configuration.settings.advertisedHost = host
    topics.configuration.settings.advertisedPort = Int32(port)
    groupRequests.endpoint = .init(nodeID: settings.nodeID, host: host, port: Int32(port))
  }

  /// Makes the topics that are missing.
  func ensureTopics(_ names: [String]) throws {
    let missing = names.filter { topics.topics[$0] == nil }.map { NewTopic(name: $0, partitions: settings.numPartitions) }
    for topic in missing { try topics.validate(topic) }
    try topics.create(missing)
  }

  /// Ends the work, syncs and closes every log, and leaves the mark of a clean stop. `completion` gets what went wrong, if anything.
  func close(_ completion: @escaping ((any Error)?) -> Void) {
    for timer in timers { timer.cancel() }
    connections.closeAll()
    groups.close()
    transactions.stop()
    cleaner.stop { [self] in
      let logs = topics.topics.values.flatMap(\.logs)
      flusher.flushAll(logs) { [self] in
        var failure: (any Error)?
        for log in logs {
          // One that cannot be closed in order must not keep the others from it; the next start then recovers them all.
          do { try log.close() } catch { failure = failure ?? error }
        }
        do {
          if failure == nil { try CleanShutdown.leave(in: settings.dataFolder) }
        } catch {
          failure = error
        }
        completion(failure)
      }
    }
  }

  // MARK: Assembly

  /// Who has to hear of what.
  private func connect() {
    connections.onClosed = { [fetches] id in fetches.connectionClosed(id) }
    topics.onTopicsDeleted.append { [groups, metrics] names in
      groups.topicsDeleted(names)
      metrics.topicsDeleted(names)
    }
    topics.onLogClosed = { [flusher, fetches, cleaner] log in
      flusher.forget(log)
      cleaner.forget(log.partition)
      fetches.changed(log)
    }
    groupRequests.verifyTransaction = { [transactions] transactionalID, producerID, epoch, knowsAbortable in
      transactions.verify(
        transactionalID: transactionalID, producerID: producerID, epoch: epoch,
        partition: TopicPartition(topic: TopicName.consumerOffsets, partition: 0), knowsAbortable: knowsAbortable)
    }
  }

  private func addRoutes() {
    let produce = ProduceRequests(
      topics: topics, transactions: transactions, flusher: flusher, scheduler: scheduler, metrics: metrics,
      onAppend: { [fetches] log, bytes in fetches.appended(to: log, bytes: bytes) },
      closeConnection: { [connections] id in connections.close(id) })
    router.add(.produce, produce.handle)
    router.add(.fetch, fetches.handle)
    router.add(.listOffsets, ListOffsetsRequests(topics: topics).handle)

    let admin = AdminRequests(catalogue: topics)
    router.add(.metadata) { admin.handle($0 as MetadataRequest, $1, reply: $2) }
    router.add(.createTopics) { admin.handle($0 as CreateTopicsRequest, $1, reply: $2) }
    router.add(.deleteTopics) { admin.handle($0 as DeleteTopicsRequest, $1, reply: $2) }
    router.add(.createPartitions) { admin.handle($0 as CreatePartitionsRequest, $1, reply: $2) }
    router.add(.deleteRecords) { admin.handle($0 as DeleteRecordsRequest, $1, reply: $2) }
    router.add(.describeConfigs) { admin.handle($0 as DescribeConfigsRequest, $1, reply: $2) }
    router.add(.alterConfigs) { admin.handle($0 as AlterConfigsRequest, $1, reply: $2) }
    router.add(.incrementalAlterConfigs) { admin.handle($0 as IncrementalAlterConfigsRequest, $1, reply: $2) }
    router.add(.describeCluster) { admin.handle($0 as DescribeClusterRequest, $1, reply: $2) }
    router.add(.offsetForLeaderEpoch) { admin.handle($0 as OffsetForLeaderEpochRequest, $1, reply: $2) }

    let group = groupRequests
    router.add(.findCoordinator) { group.handle($0 as FindCoordinatorRequest, $1, reply: $2) }
    router.add(.joinGroup) { group.handle($0 as JoinGroupRequest, $1, reply: $2) }
    router.add(.syncGroup) { group.handle($0 as SyncGroupRequest, $1, reply: $2) }
    router.add(.heartbeat) { group.handle($0 as HeartbeatRequest, $1, reply: $2) }
    router.add(.leaveGroup) { group.handle($0 as LeaveGroupRequest, $1, reply: $2) }
    router.add(.offsetCommit) { group.handle($0 as OffsetCommitRequest, $1, reply: $2) }
    router.add(.offsetFetch) { group.handle($0 as OffsetFetchRequest, $1, reply: $2) }
    router.add(.offsetDelete) { group.handle($0 as OffsetDeleteRequest, $1, reply: $2) }
    router.add(.listGroups) { group.handle($0 as ListGroupsRequest, $1, reply: $2) }
    router.add(.describeGroups) { group.handle($0 as DescribeGroupsRequest, $1, reply: $2) }
    router.add(.deleteGroups) { group.handle($0 as DeleteGroupsRequest, $1, reply: $2) }
    router.add(.txnOffsetCommit) { group.handle($0 as TxnOffsetCommitRequest, $1, reply: $2) }

    let transaction = TransactionRequests(coordinator: transactions)
    router.add(.initProducerID) { transaction.handle($0 as InitProducerIdRequest, $1, reply: $2) }
    router.add(.addPartitionsToTxn) { transaction.handle($0 as AddPartitionsToTxnRequest, $1, reply: $2) }
    router.add(.addOffsetsToTxn) { transaction.handle($0 as AddOffsetsToTxnRequest, $1, reply: $2) }
    router.add(.endTxn) { transaction.handle($0 as EndTxnRequest, $1, reply: $2) }
  }

  private func schedule() {
    cleaner.start()
    every(settings.retentionCheckIntervalMillis) { core in core.topics.sweep(now: core.scheduler.now, scheduler: core.scheduler) }
    every(10_000) { core in core.topics.removeDeletedFiles(now: core.scheduler.now) }
    every(30_000) { core in core.connections.closeIdle(afterMilliseconds: core.settings.maxIdleMillis) }
  }

  private func every(_ milliseconds: Int64, slot: Int? = nil, _ work: @escaping (BrokerCore) -> Void) {
    let slot = slot ?? timers.count
    let timer = scheduler.schedule(afterMilliseconds: milliseconds) { [weak self] in
      guard let self else { return }
      work(self)
      every(milliseconds, slot: slot, work)
    }
    if slot == timers.count { timers.append(timer) } else { timers[slot] = timer }
  }
}
