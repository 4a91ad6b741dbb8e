import ArgumentParser
import CJemalloc
import Commerce
import Foundation
import HTTP
import Kafka
import Logging
import Postgres
import ReadModels
import Runtime
import ServiceLifecycle
import Syncer

/// `sluice syncer`: Kafka into read models.
struct SyncerDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "syncer", abstract: "Apply changes from Kafka to the read models, in order, once in effect.",
    discussion: """
      Mirrors the tables that the connector files of syncer.mirrors capture, and keeps the documents of the projections that the YAML files of
      syncer.projections declare; without such files those of the sample shop, where its tables are mirrored. Offsets are stored with the
      rows, in one transaction; Kafka's are committed after it.

      EXAMPLES
        sluice syncer --config /etc/sluice/sluice.yaml
        sluice syncer --mirror connectors/brand.json --topic shop.public.brands --group brands
        curl -s localhost:8084/metrics | grep lag
      """)

  @OptionGroup var options: InstallationOptions
  @Option(help: "The consumer group (syncer.group).") var group: String?
  @Option(name: .customLong("mirror"), help: "A connector file, or a folder of them, whose tables are mirrored (syncer.mirrors).")
  var mirrors: [String] = []
  @Option(name: .customLong("topic"), help: "A topic, or a pattern that begins with ^ (syncer.topics).") var topics: [String] = []
  @Option(help: "Address and port of metrics and health (syncer.listen).") var listen: String?

  func run() async throws {
    try await Running.reporting("syncer") {
      let daemon = try Daemon(name: "syncer", configuration: options.load(flags))
      // Batch after batch takes as much memory as the one before it: giving that back and asking for it again took an eighth of the processor's time.
      let status = cje_keep_pages(1000)
      if status != 0 { daemon.logger.debug("the heap keeps to its defaults", metadata: ["errno": "\(status)"]) }
      let configuration = daemon.configuration
      guard !configuration[Keys.Syncer.topics].isEmpty else {
        throw ConfigurationError(configuration.problem(Keys.Syncer.topics, "expected at least one topic: set it, or use --topic"))
      }
      let pool = try Databases.pool(
        configuration, Keys.Read.database, name: "sluice-syncer",
        // One for each transaction under way, and a few beside them.
        atLeast: configuration[Keys.Syncer.parallelism] * configuration[Keys.Syncer.lanes] + 4, logger: daemon.logger)
      let readModels = try await KeptReadModels.load(configuration, following: pool, logger: daemon.logger)
      let engine = try engine(configuration, PostgresSink(handlers: readModels.handlers, pool: pool, logger: daemon.logger), daemon.logger)
      daemon.checkSyncer(engine)
      let owner = Self.owner(configuration)
      let routes = LagRoutes { engine.status.groupLag(owner: owner) }
      let letters = DeadLetterRoutes(office: try office(configuration, pool, daemon.logger), logger: daemon.logger)
      let server = daemon.server(HTTPServerConfiguration(listen: configuration[Keys.Syncer.listen]), [routes, letters])
      var components: [DaemonRunner.Component] = [
        .init("pool", PoolService(pool: pool)), .init("http", server), .init("syncer", engine),
      ]
      if let mirrors = readModels.mirrors {
        let pruner = TombstonePruner(
          MirrorTombstones(retention: configuration[Keys.Syncer.tombstoneRetention]), mirrors: mirrors,
          documents: readModels.documents.map(\.location), pool: pool, logger: daemon.logger)
        components.append(.init("pruner", BesideEngine(engine: engine) { await pruner.run() }))
        let projections = readModels.handlers.compactMap { $0 as? DocumentProjection }
        let builder = ProjectionBuilder(projections, pool: pool, logger: daemon.logger)
        components.append(.init("projections", BesideEngine(engine: engine) { await builder.run() }))
        let statistics = StatisticsKeeper(mirrors: mirrors, documents: readModels.documents.map(\.location), logger: daemon.logger)
        if let evolution = readModels.evolution {
          components.append(.init("schemas", BesideEngine(engine: engine) { await evolution.run() }))
        }
        if let fanOuts = readModels.fanOuts {
          components.append(.init("fan-outs", BesideEngine(engine: engine) { await fanOuts.run() }))
        }
        components.append(.init("statistics", BesideEngine(engine: engine) { await statistics.run(pool) }))
      }
      try await daemon.run(components)
    }
  }

  private func office(_ configuration: Configuration, _ pool: Pool, _ logger: Logger) throws -> DeadLetterOffice {
    DeadLetterOffice(
      admin: try Admins.admin(configuration, logger: logger), consumer: try Brokers.consumer(configuration, group: "sluice-dlq"),
      producer: try Brokers.producer(configuration), pool: pool, suffix: configuration[Keys.Syncer.deadLetterSuffix], logger: logger)
  }

  /// What this member is called, for those who ask it for its lag.
  private static func owner(_ configuration: Configuration) -> GroupLag.Owner {
    GroupLag.Owner(
      member: nil, client: configuration[Keys.Kafka.clientID], host: ProcessInfo.processInfo.hostName,
      instance: configuration[Keys.Syncer.instanceID])
  }

  private var flags: [String] {
    var result: [String] = []
    if let group { result.append("syncer.group=\(group)") }
    if let listen { result.append("syncer.listen=\(listen)") }
    if !mirrors.isEmpty { result.append("syncer.mirrors=\(mirrors.joined(separator: ","))") }
    if !topics.isEmpty { result.append("syncer.topics=\(topics.joined(separator: ","))") }
    return result
  }

  /// What goes on beside the engine, once there are tables.
  private struct BesideEngine: Service {
    let engine: SyncerEngine
    let work: @Sendable () async -> Void

    func run() async throws {
      await cancelWhenGracefulShutdown {
        // The engine's first steps make the tables.
        while engine.status.phase == .starting {
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
        }
        await work()
      }
    }
  }

  private func engine(_ configuration: Configuration, _ sink: PostgresSink, _ logger: Logger) throws -> SyncerEngine {
    var settings = SyncerConfiguration(
      group: configuration[Keys.Syncer.group], topics: configuration[Keys.Syncer.topics],
      batchRecords: configuration[Keys.Syncer.batchSize], batchBytes: configuration[Keys.Syncer.batchBytes].bytes)
    settings.unknownRecords = configuration[Keys.Syncer.unknownRecords] == .deadletter ? .deadLetter : .skip
    settings.retry = RetryPolicy(
      initialDelay: configuration[Keys.Syncer.retryInitialDelay], multiplier: configuration[Keys.Syncer.retryMultiplier],
      maxDelay: configuration[Keys.Syncer.retryMaxDelay], maxAttempts: configuration[Keys.Syncer.retryMaxAttempts])
    settings.deadLetterSuffix = configuration[Keys.Syncer.deadLetterSuffix]
    configureFailures(&settings, configuration)
    settings.lagInterval = configuration[Keys.Syncer.Lag.interval]
    settings.lagWindow = configuration[Keys.Syncer.Lag.window]
    settings.stallAfter = configuration[Keys.Syncer.Lag.stallAfter]
    settings.clusterName = configuration[Keys.Syncer.Lag.clusterName]
    settings.publishesKMinionNames = configuration[Keys.Syncer.Lag.kminionNames]
    settings.parallelism = configuration[Keys.Syncer.parallelism]
    settings.lanes = configuration[Keys.Syncer.lanes]
    settings.queueBytes = configuration[Keys.Syncer.queueBytes].bytes
    settings.startDeadline = configuration[Keys.Syncer.startTimeout]
    settings.stopDeadline = configuration[Keys.shutdownDeadline]
    var consumer = try Brokers.consumer(configuration, group: settings.group)
    consumer.groupInstanceID = configuration[Keys.Syncer.instanceID]
    consumer.fetchMaximumWait = configuration[Keys.Syncer.fetchWait]
    // What waits inside of the client comes on top of what waits for the appliers, and a backlog fills both. It stands in one line, so it keeps
    // other topics waiting, and what is there of a partition that is paused is fetched again: little is better than much.
    consumer.queueBytes = max(settings.queueBytes / 4, 1 << 20)
    // The queue is full when one answer more does not fit, so that answers have to be small; and what comes is well mixed then.
    consumer.fetchPartitionBytes = 256 << 10
    consumer.maximumPollInterval = configuration[Keys.Syncer.maxPollInterval]
    return try SyncerEngine(
      configuration: settings, consumer: Consumer(configuration: consumer, logger: logger), sink: sink,
      deadLetters: DeadLetterPublisher(
        configuration: Brokers.producer(configuration), group: settings.group, suffix: settings.deadLetterSuffix, logger: logger),
      logger: logger)
  }
}

extension SyncerDaemon {
  /// What becomes of records that cannot be applied, and of a read database that is down.
  private func configureFailures(_ settings: inout SyncerConfiguration, _ configuration: Configuration) {
    switch configuration[Keys.Syncer.failures] {
    case .park: settings.failures = .park
    case .retryTopics: settings.failures = .retryTopics
    case .deadLetter: settings.failures = .deadLetter
    }
    settings.parking.pollInterval = configuration[Keys.Syncer.parkingPollInterval]
    settings.parking.maxRecords = Int64(configuration[Keys.Syncer.parkingMaxRecords])
    settings.parking.maxBytes = Int64(configuration[Keys.Syncer.parkingMaxBytes].bytes)
    settings.parking.retry = RetryPolicy(
      initialDelay: configuration[Keys.Syncer.parkingInitialDelay], maxDelay: configuration[Keys.Syncer.parkingMaxDelay],
      maxAttempts: configuration[Keys.Syncer.parkingMaxAttempts])
    settings.retryTopics = RetryTopics(
      count: configuration[Keys.Syncer.retryTopicsCount],
      delays: RetryPolicy(
        initialDelay: configuration[Keys.Syncer.retryTopicsInitialDelay], multiplier: configuration[Keys.Syncer.retryTopicsMultiplier],
        maxDelay: configuration[Keys.Syncer.retryTopicsMaxDelay]))
    settings.breakerFailures = configuration[Keys.Syncer.breakerFailures]
  }
}

extension Daemon {
  /// Readiness and liveness from what the engine knows about itself: a member that owns partitions and stands still is not alive.
  func checkSyncer(_ engine: SyncerEngine) {
    health.register("syncer", for: [.ready]) {
      let status = engine.status
      let lag = "\(status.lagRecords) records, \(status.lagSeconds) s behind"
      return status.isReady ? .up(lag) : .down(status.problem ?? "\(status.phase.rawValue), \(lag)")
    }
    health.register("progress", for: [.live]) {
      let status = engine.status
      // A sink or a broker that is down is waited for: killing this process would not bring it back, and would cost its membership.
      let stuck = status.isStalled && status.isSinkUp && status.isKafkaUp
      return stuck ? .down("there is lag and no progress") : .up("progress, or rightly waiting")
    }
  }
}
