import Kafka
import Logging
import Postgres
import ReadModels
import Runtime
import Syncer

/// One verification of an installation: connections, then table after table, then the documents.
struct VerifyVisit: Sendable {
  var tables: Set<String>
  var documents: Set<String>
  var repairs: Bool
  var showsValues: Bool
  var samples: Int
  var chunk: Int
  var deadline: Duration

  func run(
    _ configuration: Configuration, logger: Logger, progress: @escaping @Sendable (_ name: String, _ checked: Int) -> Void
  ) async throws -> VerifyReport {
    let begin = ContinuousClock.now
    let kept = try await KeptReadModels.load(configuration, logger: logger)
    guard let mirrors = kept.mirrors else {
      throw ConfigurationError(configuration.problem(Keys.Syncer.mirrors, "expected what the syncer mirrors: set it, or use --mirror"))
    }
    let definitions = try wanted(mirrors.definitions, named: \.sourceName, tables, when: documents, configuration)
    let projections = try wanted(
      kept.handlers.compactMap { $0 as? DocumentProjection }, named: \.definition.name, documents, when: tables, configuration)
    let connectors = try ConnectorFiles.load(configuration[Keys.Syncer.mirrors], configuration: configuration).filter { !$0.routesOutbox }
    guard let first = connectors.first else {
      throw ConfigurationError(configuration.problem(Keys.Syncer.mirrors, "no connector is named"))
    }

    let source = Pool(configuration: first.database, maxConnections: 2, logger: logger)
    let read = Pool(
      configuration: try Databases.connection(configuration, Keys.Read.database, name: "sluice-verify"), maxConnections: 2, logger: logger)
    let running = Task { await withTaskGroup { group in for pool in [source, read] { group.addTask { await pool.run() } } } }
    defer { running.cancel() }
    let producer = try Brokers.producer(configuration)
    let admin = try Admin(
      configuration: AdminConfiguration(
        bootstrapServers: producer.bootstrapServers, clientID: producer.clientID, security: producer.security, extra: producer.extra),
      logger: logger)
    guard let cluster = try await admin.describeCluster().id else {
      throw ConfigurationError(configuration.problem(Keys.Kafka.bootstrapServers, "the cluster did not tell its ID"))
    }
    let barrier = AppliedBarrier(
      .init(
        slots: connectors.map(\.slotName), topics: configuration[Keys.Syncer.topics],
        offsets: OffsetScope(clusterID: cluster, group: configuration[Keys.Syncer.group])),
      source: source, read: read, admin: admin, deadline: deadline, logger: logger)

    var verification = VerificationOptions()
    (verification.chunkSize, verification.sampleLimit) = (chunk, samples)
    (verification.repairs, verification.showsValues) = (repairs, showsValues)
    let settings = verification
    let results = try await source.withConnection { source in
      try await read.withConnection { read in
        var results: [VerificationResult] = []
        let rows = MirrorVerification(mirrors, options: settings, barrier: barrier, progress: progress)
        for definition in definitions { results.append(try await rows.run(definition, source: source, mirror: read)) }
        for projection in projections {
          results.append(
            try await DocumentVerification(projection, options: settings, barrier: barrier, progress: progress).run(read))
        }
        return results
      }
    }
    let seconds = (begin.duration(to: .now) / .milliseconds(100)).rounded() / 10
    return VerifyReport(results: results, seconds: seconds)
  }

  /// Those that were named; all where nothing was named, of either kind.
  private func wanted<Element>(
    _ all: [Element], named name: (Element) -> String, _ wanted: Set<String>, when others: Set<String>, _ configuration: Configuration
  ) throws -> [Element] {
    if wanted.isEmpty { return others.isEmpty ? all : [] }
    let known = Set(all.map(name))
    if let unknown = wanted.subtracting(known).sorted().first {
      throw ConfigurationError(
        configuration.problem(
          Keys.Syncer.mirrors, "\(unknown) is not among what is kept: \(known.sorted().joined(separator: ", "))"))
    }
    return all.filter { wanted.contains(name($0)) }
  }
}
