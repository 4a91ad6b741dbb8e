internal import Kafka
internal import Logging
internal import Postgres

/// The moment in which the new version takes the place of the live one.
extension Rebuild {
  /// Switches, unless something speaks against it; an attempt that others stand in the way of is repeated.
  func finish(_ version: ReadModelVersion, _ holder: Connection, _ attempt: () async throws -> Void) async throws -> VersionRecord {
    let failures = try await store.failures(of: version, holder)
    if failures.count > 0, !configuration.acceptsFailures {
      throw RebuildError(
        .hasFailures,
        "\(failures.count) records could not be applied to \(version), the first: \(failures.first ?? "-"). See table sluice_version_failures; --accept-failures switches nevertheless, --abandon gives the version up"
      )
    }
    if !configuration.stopsBeforeSwitch { try await switchOver(version, attempt) }
    guard let record = try await RebuildStore.versions(of: projection.name, holder).first(where: { $0.version == version }) else {
      throw RebuildError(.unknownVersion, "\(version) is not written down any more")
    }
    return record
  }

  private func switchOver(_ version: ReadModelVersion, _ attempt: () async throws -> Void) async throws {
    let wait = RetryPolicy(initialDelay: .milliseconds(100), maxDelay: .seconds(5), maxAttempts: nil)
    var attempts = 0
    while true {
      do { return try await attempt() } catch {
        try Task.checkCancellation()
        if error is CommitOutcomeUnknown, try await isLive(version) { return }
        let isContention =
          error is DeadlineExceeded || (error as? RebuildError)?.code == .lanesAreAhead
          || FailureClassifier.classify(error).failureClass == .transient
        attempts += 1
        guard isContention else { throw error }
        guard attempts < configuration.switchAttempts else {
          throw RebuildError(
            .cannotSwitch,
            "\(version) is complete, and could not be switched to in \(attempts) attempts (\(error)): look for long transactions on its tables, then start the rebuild again"
          )
        }
        logger.notice("the switch was given up and is tried again", metadata: ["attempt": "\(attempts)", "reason": "\(error)"])
        try await Task.sleep(for: wait.delay(after: attempts, random: .random(in: 0..<1)))
      }
    }
  }

  private func isLive(_ version: ReadModelVersion) async throws -> Bool {
    try await pool.withConnection { connection in
      try await RebuildStore.versions(of: projection.name, connection).contains { $0.version == version && $0.state == .live }
    }
  }

  /// One attempt. Throws what stood in the way; nothing has changed then but that the version is further.
  func trySwitch(_ work: RebuildPass, _ scopes: Scopes) async throws {
    work.meter.begin(.switching, left: 0)
    let configuration = configuration
    try await pool.transaction { transaction in
      try await store.setLockTimeout(configuration.lockTimeout, transaction)
      // First what a live batch takes first: those in flight commit, the next ones wait here.
      _ = try await store.lockedOffsets(scopes.live, transaction)
      // Then those who write the tables without moving offsets; a batch that was the first of its partition is among them.
      try await switching.lockWriters(transaction)
      try checkColumns(try await switching.missingColumns(of: work.version, transaction), of: work.version)
      let live = try await store.offsets(scopes.live, transaction)
      let lanes = try await store.lanes(scopes.live, transaction).filter { partition, progress in
        live[partition].map { !progress.isCovered(by: $0) } ?? false
      }
      try await withTimeLimit(configuration.switchDeadline) {
        try await work.run(try await spans(work, scopes, live: live))
        // What lanes have applied beyond the offsets would be missing from the new version for ever.
        try await work.run(ours(lanes), from: live, own: try await pool.withConnection { try await store.lanes(scopes.own, $0) })
      }
      CrashPoint.reached(.beforeVersionSwitch)
      let old = try await changePlaces(work.version, transaction)
      // The old version stands where the live group stands now: from there it can be brought up to date again.
      let former = OffsetScope(clusterID: scopes.own.clusterID, group: old.offsetsGroup(of: configuration.group))
      try await store.put(live, former, transaction)
      try await store.put(lanes, former, transaction)
      try await store.forgetOffsets(scopes.own, transaction)
    }
    CrashPoint.reached(.afterVersionSwitch)
    work.meter.begin(.live, left: 0)
  }

  /// The live syncer, which knows nothing of the switch, writes the columns that the live relations have.
  private func checkColumns(_ missing: [String], of version: ReadModelVersion) throws {
    guard !missing.isEmpty else { return }
    throw RebuildError(
      .columnsDiffer,
      "\(missing.joined(separator: ", ")): added or changed since \(version) was prepared, which does not have them. Start the same command again: it goes on with them"
    )
  }

  /// Puts a version in the place of the live one, and writes that down.
  ///
  /// - Returns: the one that was live.
  func changePlaces(_ version: ReadModelVersion, _ transaction: Connection) async throws -> ReadModelVersion {
    try checkDependents(try await switching.dependents(transaction))
    let versions = try await RebuildStore.versions(of: projection.name, transaction)
    guard let old = versions.first(where: { $0.state == .live })?.version else {
      throw RebuildError(.unknownVersion, "no version of \(projection.name) is live")
    }
    try await switching.swap(live: old, new: version, transaction)
    try await store.set(.old, of: old, transaction)
    try await store.set(.live, of: version, transaction)
    return old
  }
}
