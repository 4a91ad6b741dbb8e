public import Logging
public import Postgres
internal import Syncer

/// Finishes what batches have left behind: recomputes the documents of fan-outs, a step at a time, for as long as a syncer runs. Each member of
/// the group runs one; see ``DocumentProjection`` for how they keep out of each other's way.
///
/// A step that fails for a while (a deadlock, a database that is down) is tried again, with pauses that grow. One that would fail again is
/// tried with fewer documents until one alone is at fault: that one is put aside as a task of its own, which is tried again every few
/// minutes and counted by `sluice_fan_out_failing_tasks`, and the walk goes on.
public struct FanOutWorker: Sendable {
  private let settings: FanOutSettings
  private let projections: [String: DocumentProjection]
  private let paths: [String: [String: FanOutPath]]
  private let metrics: [String: FanOutMetrics]
  private let pool: Pool
  private let logger: Logger

  /// The most candidates that are looked at for one that nobody else has.
  private static let candidates = 16
  private static let longestPause: Duration = .seconds(10)

  /// - Parameters:
  ///   - settings: the same that the projections were made with, so that they wake this worker.
  ///   - projections: whose tasks are worked off. Tasks of other documents are left to others.
  ///   - pool: of the read database; one connection at a time is used.
  public init(_ settings: FanOutSettings, projections: [DocumentProjection], pool: Pool, logger: Logger) {
    self.settings = settings
    self.projections = Dictionary(
      projections.map { ($0.definition.location.qualifiedName, $0) }, uniquingKeysWith: { first, _ in first })
    paths = self.projections.mapValues { projection in
      Dictionary(FanOutPath.all(of: projection.definition).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    metrics = self.projections.mapValues { FanOutMetrics(document: $0.definition.name) }
    self.pool = pool
    self.logger = logger
  }

  /// Works until its task is cancelled. Waits for the tables, which the projections make.
  public func run() async {
    guard !projections.isEmpty else { return }
    var pace = FanOutPace(target: settings.stepDuration, limit: settings.stepLimit)
    var pause: Duration = .milliseconds(20)
    var reportAt = ContinuousClock.now
    while !Task.isCancelled {
      let seen = settings.taskLeft.version
      do {
        if ContinuousClock.now >= reportAt {
          try await report()
          reportAt = .now + .seconds(2)
        }
        let found = try await stepOnce(&pace)
        if found {
          pause = .milliseconds(20)
          continue
        }
      } catch is CancellationError {
        return
      } catch {
        logger.debug("a fan-out has to wait", metadata: ["reason": "\(error)"])
        pause = max(pause, .milliseconds(200))
      }
      // A task that was announced is there when its transaction has committed: looked for soon, then less and less often.
      await settings.taskLeft.wait(after: seen, atMost: pause * Double.random(in: 0.5...1))
      pause = settings.taskLeft.version > seen ? .milliseconds(10) : min(pause * 2, settings.idleInterval)
    }
  }

  /// Takes the next step of any task.
  ///
  /// - Returns: whether there was one to take.
  /// - Throws: what keeps all tasks from being worked off; a task that fails by itself is put off.
  func stepOnce(_ pace: inout FanOutPace) async throws -> Bool {
    try await pool.withConnection { connection in
      let rows = try await connection.query(
        FanOutStore.candidates(of: Array(projections.keys), limit: Self.candidates), timeout: settings.stepDeadline)
      for row in rows {
        let name = FanOutTask.Name(
          document: try row[0, as: String.self], path: try row[1, as: String.self], value: try row[2, as: String.self])
        guard let projection = projections[name.document], let path = paths[name.document]?[name.path] else {
          logger.debug("a fan-out is another version's", metadata: ["document": "\(name.document)", "path": "\(name.path)"])
          continue
        }
        if try await step(name, projection, path, &pace, on: connection) { return true }
      }
      return false
    }
  }

  /// How much is left to do, by the documents' names.
  public func status() async throws -> [String: FanOutStatus] {
    let names = Array(projections.keys)
    let rows = try await pool.query(FanOutStore.status(of: names), timeout: settings.stepDeadline)
    var statuses = Dictionary(uniqueKeysWithValues: projections.values.map { ($0.definition.name, FanOutStatus()) })
    for row in rows {
      guard let projection = projections[try row[0, as: String.self]] else { continue }
      statuses[projection.definition.name] = FanOutStatus(
        tasks: Int(try row[1, as: Int64.self]), documents: Int(try row[2, as: Int64.self]), oldest: .seconds(try row[3, as: Double.self]),
        pendingLSN: try row[4, as: Int64.self], failing: Int(try row[5, as: Int64.self]))
    }
    return statuses
  }

  private func report() async throws {
    let statuses = try await status()
    for (document, projection) in projections {
      if let status = statuses[projection.definition.name] { metrics[document]?.report(status) }
    }
  }

  private func step(
    _ name: FanOutTask.Name, _ projection: DocumentProjection, _ path: FanOutPath, _ pace: inout FanOutPace, on connection: Connection
  ) async throws -> Bool {
    let size = pace.size
    let start = ContinuousClock.now
    do {
      switch try await projection.step(name, path: path, limit: size, on: connection) {
      case .taken: return false
      case .stepped(let documents, let isOver):
        let duration = ContinuousClock.now - start
        pace.took(duration, documents: documents)
        metrics[name.document]?.stepped(documents: documents, in: duration)
        if isOver { logger.debug("a fan-out is done", metadata: ["document": "\(name.document)", "path": "\(name.path)"]) }
        return true
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      metrics[name.document]?.failed()
      let verdict = FailureClassifier.classify(error)
      pace.failed()
      switch verdict.failureClass {
      case .sinkDown: throw error
      case .transient:
        // A deadlock's victim, or a step that was too large for its deadline.
        guard connection.isOpen, size == 1 else { throw error }
        _ = try await connection.execute(projection.fanOutStore.postpone(name, lsn: 0, reason: verdict.sentence))
      case .permanent, .poison:
        guard size == 1 || path.hops.isEmpty else { return true }
        logger.error(
          "a document cannot be recomputed; it is tried again later",
          metadata: ["document": "\(name.document)", "path": "\(name.path)", "reason": "\(verdict.sentence)"])
        try await projection.setAside(name, path: path, reason: verdict.sentence, on: connection)
      }
      return true
    }
  }
}
