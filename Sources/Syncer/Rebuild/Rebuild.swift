internal import Kafka
public import Logging
public import Postgres

/// Builds a new version of a read model from topics, beside the live one, and puts it in its place: what `sluice rebuild` does.
///
/// The new version has tables and stored offsets of its own. It follows the live group's stored offsets and never passes them. When it is
/// close, one transaction of the read database holds the live group's offsets, so that no live batch commits; the new version is brought to
/// exactly these offsets; the two versions change places; commit. The live syncer goes on with its next batch in the new version: it has
/// waited for a row's lock, and knows nothing.
///
/// Killed at any moment, the rebuild goes on where it was: a batch and its offsets commit together, and so do the switch and its record.
public struct Rebuild: Sendable {
  let projection: VersionedProjection
  let configuration: RebuildConfiguration
  let pool: Pool
  let logger: Logger
  let store: RebuildStore
  let switching: VersionSwitchStore

  /// - Parameter pool: of the read database, with a connection for each parallel partition and three more.
  public init(_ projection: VersionedProjection, configuration: RebuildConfiguration, pool: Pool, logger: Logger) {
    self.projection = projection
    self.configuration = configuration
    self.pool = pool
    self.logger = logger
    store = RebuildStore(projection: projection.name)
    switching = VersionSwitchStore(relations: projection.relations)
  }

  /// All versions of all projections, or of one.
  public static func versions(of projection: String? = nil, _ connection: Connection) async throws -> [VersionRecord] {
    try await RebuildStore.versions(of: projection, connection)
  }

  /// Builds the next version, or goes on with one that was interrupted, and switches.
  ///
  /// - Parameters:
  ///   - actor: who asks.
  ///   - requestSnapshot: for ``RebuildConfiguration/Source/snapshot``: asks the connector to read the tables again, called once the version
  ///     follows; returns when all its rows have been sent.
  ///   - show: progress.
  /// - Returns: the version, live unless ``RebuildConfiguration/stopsBeforeSwitch``.
  public func run(
    actor: String, requestSnapshot: (@Sendable (ReadModelVersion) async throws -> Void)? = nil,
    show: @escaping @Sendable (RebuildProgress) -> Void
  ) async throws -> VersionRecord {
    try await locked { holder in
      let version = try await current(actor: actor, holder)
      let meter = RebuildMeter(version, show: show)
      if configuration.source == .mirrors {
        guard let derived = projection.derived else {
          throw RebuildError(.unknownVersion, "\(projection.name) is not made from mirrors: use --from topics")
        }
        try await copy(derived, version, meter, holder)
        try await follow(derived, version, meter)
        try await complete(version, holder)
        return try await finish(version, holder) {
          try await follow(derived, version, meter)
          try await trySwitch(derived, version, meter)
        }
      }
      let scopes = try await scopes(version)
      let work = try await prepare(version, scopes, meter, holder)
      if configuration.source == .snapshot, let requestSnapshot {
        try await follow(work, scopes, .building)
        meter.begin(.snapshot, left: 0)
        try await withThrowingTaskGroup(of: Bool.self) { group in
          group.addTask {
            try await requestSnapshot(version)
            return true
          }
          group.addTask {
            while true {
              try await step(work, scopes)
              try await Task.sleep(for: .milliseconds(200))
            }
          }
          _ = try await group.next()
          group.cancelAll()
        }
        try await reachEnds(work, scopes)
      } else {
        try await follow(work, scopes, .building)
      }
      try await complete(version, holder)
      return try await finish(version, holder) {
        try await step(work, scopes)
        try await trySwitch(work, scopes)
      }
    }
  }

  /// Brings the newest version that was live before up to the live group's offsets, and puts it back in its place.
  public func rollBack(actor: String, show: @escaping @Sendable (RebuildProgress) -> Void) async throws -> VersionRecord {
    try await locked { holder in
      let versions = try await RebuildStore.versions(of: projection.name, holder)
      let building = versions.last { $0.state == .building }
      if let building, !building.wasLive {
        throw RebuildError(.isRunning, "\(building.version) is being built: finish it, or give it up with --abandon, before going back")
      }
      guard let target = building ?? versions.last(where: { $0.state == .old }) else {
        throw RebuildError(.unknownVersion, "\(projection.name) has no earlier version that is kept")
      }
      if target.state == .old { try await store.set(.building, of: target.version, holder) }
      let meter = RebuildMeter(target.version, show: show)
      if let derived = projection.derived {
        try await derived.capture(target.version, holder)
        try await derived.compare(target.version, holder)
        return try await finish(target.version, holder) {
          try await follow(derived, target.version, meter)
          try await trySwitch(derived, target.version, meter)
        }
      }
      let scopes = try await scopes(target.version)
      let work = try await prepare(target.version, scopes, meter, holder)
      try await follow(work, scopes, .following)
      return try await finish(target.version, holder) {
        try await step(work, scopes)
        try await trySwitch(work, scopes)
      }
    }
  }

  /// Drops all versions that were live before; or, where `abandoned`, the one whose building was interrupted. Going back to an earlier version
  /// that was interrupted is given up without dropping it.
  ///
  /// - Returns: what was dropped.
  public func drop(abandoned: Bool) async throws -> [ReadModelVersion] {
    try await locked { holder in
      let versions = try await RebuildStore.versions(of: projection.name, holder)
      let gone = versions.filter { $0.state == (abandoned ? .building : .old) }
      for record in gone {
        let scopes = projection.derived == nil ? try await scopes(record.version) : nil
        try await holder.transaction { transaction in
          try await projection.derived?.release(record.version, transaction)
          if abandoned, record.wasLive { return try await store.set(.old, of: record.version, transaction) }
          try await switching.drop(record.version, transaction)
          if let scopes { try await store.forgetOffsets(scopes.own, transaction) }
          try await store.set(.dropped, of: record.version, transaction)
        }
      }
      return gone.map(\.version)
    }
  }

  // MARK: Steps

  /// The offsets of the version, and those of the live group.
  struct Scopes: Sendable {
    var own: OffsetScope
    var live: OffsetScope
  }

  /// Runs `body` while nobody else can work at the projection.
  private func locked<Value: Sendable>(_ body: (Connection) async throws -> Value) async throws -> Value {
    // Session locks end with the session, however that ends.
    let holder = try await Connection.connect(pool.configuration, logger: logger)
    do {
      try await RebuildMigrations.migrate(holder)
      guard try await store.lock(holder) else {
        throw RebuildError(.isRunning, "\(projection.name) is being rebuilt by another process: wait for it, or end it")
      }
      let result: Result<Value, any Error>
      do { result = .success(try await body(holder)) } catch { result = .failure(error) }
      // The server notices the end of a connection when it comes to it: the next rebuild need not wait for that.
      try? await store.unlock(holder)
      await holder.close()
      return try result.get()
    } catch {
      await holder.close()
      throw error
    }
  }

  /// The version that is being built, or a new one.
  private func current(actor: String, _ holder: Connection) async throws -> ReadModelVersion {
    let versions = try await RebuildStore.versions(of: projection.name, holder)
    if let interrupted = versions.last(where: { $0.state == .building }) {
      if interrupted.wasLive {
        throw RebuildError(
          .isRunning, "going back to \(interrupted.version) was interrupted: finish it with --roll-back, or give it up with --abandon first"
        )
      }
      guard interrupted.group == configuration.group else {
        throw RebuildError(
          .isRunning,
          "\(interrupted.version) is being built beside group \(interrupted.group), not \(configuration.group): give it up with --abandon first"
        )
      }
      guard interrupted.source == configuration.source.rawValue else {
        throw RebuildError(
          .isRunning,
          "\(interrupted.version) is being built from \(interrupted.source), not \(configuration.source.rawValue): go on with --from \(interrupted.source), or give it up with --abandon first"
        )
      }
      logger.notice("going on with an interrupted rebuild", metadata: ["version": "\(interrupted.version)"])
      return interrupted.version
    }
    try await checkStart(holder)
    return try await holder.transaction { transaction in
      let version = try await store.begin(
        group: configuration.group, source: configuration.source.rawValue, actor: actor, transaction)
      try await switching.createSchemas(version, transaction)
      return version
    }
  }

  /// What would stop a new version at once stops it before there is one.
  private func checkStart(_ holder: Connection) async throws {
    try checkDependents(try await switching.dependents(holder))
    guard configuration.source != .mirrors else { return }
    if configuration.source == .snapshot, let missing = projection.missingFromSnapshots {
      throw RebuildError(
        .notInSnapshots,
        "an incremental snapshot leaves out \(missing): the new version would be without. Use --from topics, where these hold everything"
      )
    }
    let scope = try await scopes(ReadModelVersion(projection: projection.name, number: 1)).live
    let targets = ours(try await store.offsets(scope, holder))
    try checkPositions(targets)
    if configuration.source == .topics { _ = try await starts(of: targets.keys.sorted()) }
  }

  /// What a full table gets once, and not while it is filled.
  private func complete(_ version: ReadModelVersion, _ holder: Connection) async throws {
    try await switching.copyIndexes(to: version, holder)
    try await switching.analyze(version, holder)
  }

  func scopes(_ version: ReadModelVersion) async throws -> Scopes {
    let consumer = try Consumer(configuration: configuration.consumer, logger: logger)
    let cluster: String
    do { cluster = try await consumer.clusterID() } catch {
      await consumer.close(deadline: .seconds(1))
      throw RebuildError(.unavailable, "Kafka did not answer: check kafka.bootstrap_servers (\(error))")
    }
    await consumer.close(deadline: .seconds(5))
    return Scopes(
      own: OffsetScope(clusterID: cluster, group: version.offsetsGroup(of: configuration.group)),
      live: OffsetScope(clusterID: cluster, group: configuration.group))
  }

  private func prepare(_ version: ReadModelVersion, _ scopes: Scopes, _ meter: RebuildMeter, _ holder: Connection) async throws
    -> RebuildPass
  {
    try checkDependents(try await switching.dependents(holder))
    let handlers = try projection.handlers(version).filter { !$0.hasSideEffects }
    let sink = PostgresSink(handlers: handlers, pool: pool, logger: logger)
    try await sink.prepare(scopes.own)
    return RebuildPass(
      configuration: configuration, version: version, sink: sink, store: store, pool: pool, meter: meter,
      pace: RebuildPace(limit: configuration.throttle), logger: logger)
  }

  func checkDependents(_ names: [String]) throws {
    guard !names.isEmpty, !configuration.leavesDependents else { return }
    throw RebuildError(
      .hasDependents,
      "\(names.joined(separator: ", ")) would go on reading the old version: drop and make them anew after the switch, and pass --leave-dependents"
    )
  }

  /// Follows the live group until it is close.
  private func follow(_ work: RebuildPass, _ scopes: Scopes, _ phase: RebuildProgress.Phase) async throws {
    var phase = phase
    while true {
      let spans = try await spans(work, scopes)
      let left = spans.reduce(0) { $0 + $1.count }
      work.meter.begin(phase, left: left)
      try await apply(work, spans)
      if left <= configuration.switchDistance { return }
      phase = .following
    }
  }

  func step(_ work: RebuildPass, _ scopes: Scopes) async throws {
    try await apply(work, try await spans(work, scopes))
  }

  private func apply(_ work: RebuildPass, _ spans: [RebuildPass.Span]) async throws {
    let before = work.meter.progress.done
    try await work.run(spans)
    let done = work.meter.progress.done - before
    if done > 0 { try await pool.withConnection { try await store.note(work.version, applied: done, $0) } }
  }
}
