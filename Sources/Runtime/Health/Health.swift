import Synchronization

/// The named checks of a process, asked by `/health/live` and `/health/ready`.
///
/// All checks of a report run at the same time, each with a deadline. A check that does not answer in time is down; it is not
/// started again before it has returned, so that a hanging one takes one task and no more.
public final class Health: Sendable {
  private let checks = Mutex<[String: HealthCheck]>([:])

  /// Without checks, both questions are answered with up.
  public init() {}

  /// Adds a check; one of the same name is replaced.
  /// - Parameters:
  ///   - name: short, stable, `database`.
  ///   - aspects: the questions that it answers.
  ///   - deadline: after which it counts as down.
  ///   - check: runs on any thread, several times at once never.
  public func register(
    _ name: String, for aspects: Set<HealthAspect> = [.ready], deadline: Duration = .seconds(2),
    check: @escaping @Sendable () async -> HealthStatus
  ) {
    checks.withLock { $0[name] = HealthCheck(name: name, aspects: aspects, deadline: deadline, body: check) }
  }

  /// Takes a check away.
  public func remove(_ name: String) {
    checks.withLock { $0[name] = nil }
  }

  /// Adds a check that answers with what its owner last said, beginning with down.
  public func signal(_ name: String, for aspects: Set<HealthAspect> = [.ready], initially reason: String) -> HealthSignal {
    let signal = HealthSignal(.down(reason))
    register(name, for: aspects) { signal.status }
    return signal
  }

  /// Asks every check of the aspect.
  public func report(_ aspect: HealthAspect) async -> HealthReport {
    let asked = checks.withLock { $0.values.filter { $0.aspects.contains(aspect) } }
    let entries = await withTaskGroup(of: HealthReport.Entry.self) { group in
      for check in asked { group.addTask { await check.run() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    return HealthReport(entries: entries.sorted { $0.name < $1.name })
  }
}
