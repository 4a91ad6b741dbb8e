public import FoundationEssentials
public import Logging
import Metrics
public import Postgres

/// Carries out commands in PostgreSQL, each in one transaction: idempotency, the aggregate's lock, its position, the command's writes with
/// their outbox messages, and the log entry.
///
/// Any number of tasks may submit at once; the pool bounds how many run. A refused command leaves its log entry and nothing else.
public final class PostgresCommandBus: CommandBus {
  private let registry: CommandRegistry
  private let pool: Pool
  private let logger: Logger
  private let configuration: CommandBusConfiguration
  private let transaction: CommandTransaction
  private let log: CommandLog
  private let idempotency: IdempotencyStore

  /// Creates a bus; ``CommandMigrations`` must have been run.
  public init(
    registry: CommandRegistry, pool: Pool, configuration: CommandBusConfiguration = CommandBusConfiguration(), logger: Logger
  ) {
    self.registry = registry
    self.pool = pool
    self.logger = logger
    self.configuration = configuration
    log = CommandLog(lifetime: max(configuration.logLifetime, configuration.idempotencyLifetime))
    idempotency = IdempotencyStore(lifetime: configuration.idempotencyLifetime)
    transaction = CommandTransaction(
      eventStore: EventStore(), log: log, idempotency: idempotency, lockTimeout: configuration.deadline)
  }

  /// The registered commands' names, sorted.
  public var commandNames: [String] { registry.names }

  /// Carries out one command; see ``CommandBus/submit(_:)``.
  public func submit(_ request: CommandRequest) async throws -> CommandReceipt {
    let start = ContinuousClock.now
    do {
      let receipt = try await decodeAndRun(request, start: start)
      measure(request.name, receipt.replayed ? "replayed" : "completed", since: start)
      return receipt
    } catch let error as CommandError {
      measure(request.name, error.outcomeLabel, since: start)
      throw error
    }
  }

  /// What became of a command; see ``CommandBus/status(of:)``.
  public func status(of id: UUID) async throws -> CommandStatus? {
    do {
      return try await pool.withConnection { try await self.log.status(of: id, on: $0) }
    } catch let error as CancellationError {
      throw error
    } catch {
      logger.warning("the command log cannot be read", metadata: ["error": "\(error)"])
      throw CommandError.unavailable
    }
  }

  /// Deletes expired idempotency keys and log entries every now and then, until the task is cancelled. Without it nothing is ever deleted.
  public func run() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: configuration.pruneInterval * Double.random(in: 0.8...1.2))
        try await prune()
      } catch is CancellationError {
        return
      } catch {
        logger.warning("expired commands were not deleted; will try again", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Deletes expired idempotency keys and log entries now, in bounded statements.
  ///
  /// - Returns: how many rows were deleted.
  @discardableResult
  public func prune() async throws -> Int {
    let limit = configuration.pruneLimit
    var total = 0
    while true {
      let deleted = try await pool.withConnection { connection in
        let keys = try await self.idempotency.prune(limit: limit, on: connection)
        return (keys, try await self.log.prune(limit: limit, on: connection))
      }
      total += deleted.0 + deleted.1
      if deleted.0 < limit, deleted.1 < limit { return total }
      try Task.checkCancellation()
    }
  }

  private func decodeAndRun(_ request: CommandRequest, start: ContinuousClock.Instant) async throws -> CommandReceipt {
    let command = try registry.decode(request, maximumBytes: configuration.maximumBodyBytes)
    if let key = request.idempotencyKey { try IdempotencyStore.validate(key) }
    if let version = request.expectedVersion, version < 0 {
      throw CommandError.invalid(field: nil, reason: "the expected version must not be negative")
    }
    let backoff = Backoff(first: configuration.firstBackoff, maximum: configuration.maximumBackoff)
    var outcomeUnknown = false
    for attempt in 1...max(1, configuration.maximumAttempts) {
      do {
        // A COMMIT without an answer may have committed: ask the log before doing it again.
        if outcomeUnknown, let outcome = try await settle(request.commandID) { return try outcome.answer(replayed: false) }
        let decision = try await pool.transaction { try await self.transaction.run(command, for: request, on: $0) }
        return try decision.outcome.answer(replayed: decision.replayed)
      } catch let error as CommandError {
        throw error
      } catch let error as CancellationError {
        throw error
      } catch let error as CommitOutcomeUnknown {
        outcomeUnknown = true
        logger.warning(
          "a commit's outcome is unknown; the command log will tell",
          metadata: ["command": "\(request.name)", "id": "\(request.commandID)", "error": "\(error)"])
      } catch {
        guard Self.isRetriable(error) else {
          logger.error(
            "a command failed", metadata: ["command": "\(request.name)", "id": "\(request.commandID)", "error": "\(error)"])
          throw CommandError.unavailable
        }
        logger.info(
          "a command is tried again",
          metadata: ["command": "\(request.name)", "id": "\(request.commandID)", "attempt": "\(attempt)", "error": "\(error)"])
      }
      let pause = backoff.pause(after: attempt)
      guard attempt < configuration.maximumAttempts, start.duration(to: .now) + pause < configuration.deadline else { break }
      try await Task.sleep(for: pause)
    }
    throw CommandError.unavailable
  }

  /// Waits for the lock that a running command holds, then reads what it left: nothing means that it was rolled back.
  private func settle(_ id: UUID) async throws -> CommandOutcome? {
    try await pool.transaction { connection in
      try await connection.execute(CommandStore.timeouts(self.configuration.deadline))
      try await connection.execute(CommandStore.lock(command: id.uuidString))
      return try await self.log.outcome(of: id, on: connection)
    }
  }

  private static func isRetriable(_ error: any Error) -> Bool {
    guard let error = error as? PostgresError else { return false }
    return error.classification != .permanent
  }

  private func measure(_ name: String, _ outcome: String, since start: ContinuousClock.Instant) {
    // An unknown name comes from outside: it must not become a label.
    let label = registry.names.contains(name) ? name : "unknown"
    Counter(label: CommandMetrics.total, dimensions: [("command", label), ("outcome", outcome)]).increment()
    Timer(label: CommandMetrics.duration, dimensions: [("command", label)]).recordNanoseconds(
      Int64(start.duration(to: .now).seconds * 1e9))
  }
}
