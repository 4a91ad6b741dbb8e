internal import Logging
internal import Postgres

/// Versions that are computed from other tables of the read database.
extension Rebuild {
  private static let done = "done"
  private static let after = "after "
  /// The most changes that are dealt with at a time: those of one key count as one, so that many are better than few.
  private static let followed = 2000

  /// Computes everything, goes on where that was interrupted.
  func copy(_ derived: any DerivedVersion, _ version: ReadModelVersion, _ meter: RebuildMeter, _ holder: Connection) async throws {
    try await derived.prepare(version, holder)
    // Before the first key is read: what changes from now on is computed again.
    try await derived.capture(version, holder)
    let record = try await RebuildStore.versions(of: projection.name, holder).first { $0.version == version }
    guard record?.progress != Self.done else { return }
    var last = record?.progress.flatMap { $0.hasPrefix(Self.after) ? String($0.dropFirst(Self.after.count)) : nil }
    meter.begin(.building, left: try await derived.count(after: last, holder))
    let pace = RebuildPace(limit: configuration.throttle)
    let limit = min(configuration.batchRecords, 1000)
    while true {
      try Task.checkCancellation()
      let start = last
      let step = try await retrying { transaction in
        let step = try await derived.copy(version, after: start, limit: limit, in: transaction)
        try await store.note(
          version, applied: Int64(step.count), progress: step.count < limit ? Self.done : step.last.map { Self.after + $0 }, transaction)
        return step
      }
      meter.done(Int64(step.count))
      guard step.count == limit else { return }
      last = step.last
      try await pace.wait(for: step.count)
    }
  }

  /// Computes what has changed, until little is left; or until it is plain that no more can be reached: the switch, which lets nobody
  /// write meanwhile, then has more to do.
  func follow(_ derived: any DerivedVersion, _ version: ReadModelVersion, _ meter: RebuildMeter) async throws {
    var least = Int64.max
    var rounds = 0
    while true {
      try Task.checkCancellation()
      let waiting = try await pool.withConnection { try await derived.waiting(version, $0) }
      meter.begin(.following, left: waiting)
      rounds = waiting < least ? 0 : rounds + 1
      least = min(least, waiting)
      if waiting <= configuration.switchDistance || rounds > 50 { return }
      let count = try await retrying { try await derived.follow(version, limit: Self.followed, in: $0) }
      meter.done(Int64(count))
    }
  }

  /// One attempt to switch.
  func trySwitch(_ derived: any DerivedVersion, _ version: ReadModelVersion, _ meter: RebuildMeter) async throws {
    meter.begin(.switching, left: 0)
    let deadline = ContinuousClock.now + configuration.switchDeadline
    try await pool.transaction { transaction in
      try await store.setLockTimeout(configuration.lockTimeout, transaction)
      // Whoever has changed something has committed then, or waits until the new version is there.
      try await switching.lockWriters(transaction)
      while try await derived.follow(version, limit: Self.followed, in: transaction) > 0 {
        guard ContinuousClock.now < deadline else { throw DeadlineExceeded(limit: configuration.switchDeadline) }
      }
      CrashPoint.reached(.beforeVersionSwitch)
      try await derived.release(version, transaction)
      _ = try await changePlaces(version, transaction)
    }
    CrashPoint.reached(.afterVersionSwitch)
    meter.begin(.live, left: 0)
  }

  /// A transaction that is tried again where the database says that this can help.
  private func retrying<Value: Sendable>(_ body: @Sendable (Connection) async throws -> Value) async throws -> Value {
    let started = ContinuousClock.now
    var attempts = 0
    while true {
      do { return try await pool.transaction { try await body($0) } } catch {
        try Task.checkCancellation()
        let verdict = FailureClassifier.classify(error)
        attempts += 1
        let isWorthIt = verdict.failureClass == .sinkDown ? ContinuousClock.now - started < configuration.outageDeadline : attempts < 10
        guard verdict.failureClass == .sinkDown || verdict.failureClass == .transient, isWorthIt else { throw error }
        logger.warning("\(verdict.sentence)")
        try await Task.sleep(for: RetryPolicy.untilItIsBack.delay(after: attempts, random: .random(in: 0..<1)))
      }
    }
  }
}
