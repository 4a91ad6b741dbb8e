import FoundationEssentials
import Postgres

/// The body of a command's transaction.
struct CommandTransaction: Sendable {
  /// What the transaction decided; it must be committed either way.
  struct Decision: Sendable {
    var outcome: CommandOutcome
    var replayed: Bool
  }

  let eventStore: EventStore
  let log: CommandLog
  let idempotency: IdempotencyStore
  let lockTimeout: Duration

  func run(_ command: any Command, for request: CommandRequest, on connection: Connection) async throws -> Decision {
    let id = request.commandID
    // The command's own lock lets somebody whose COMMIT got no answer wait until this transaction is over, whichever way.
    let opening = [CommandStore.timeouts(lockTimeout), CommandStore.lock(command: id.uuidString)]
    for result in try await connection.pipeline(opening) { _ = try result.get() }
    if let key = request.idempotencyKey,
      case .replay(let first) = try await idempotency.claim(key, for: request, on: connection),
      let outcome = try await log.outcome(of: first, on: connection)
    {
      return Decision(outcome: outcome, replayed: true)
    }
    try await connection.execute("SAVEPOINT command")
    var aggregateID: String?
    let outcome: CommandOutcome
    do {
      let target = try await command.aggregateID(on: connection)
      aggregateID = target
      outcome = .completed(try await execute(command, on: target, for: request, connection: connection))
    } catch {
      guard let refusal = Self.refusal(error) else { throw error }
      try await connection.execute("ROLLBACK TO SAVEPOINT command")
      outcome = .rejected(try await completed(refusal, aggregateID: aggregateID, on: connection))
    }
    var writes = [
      log.recording(
        outcome, id: id, name: request.name, aggregateType: type(of: command).aggregateType, aggregateID: aggregateID)
    ]
    if let key = request.idempotencyKey { writes.append(idempotency.remembering(key, for: request, commandID: id)) }
    for result in try await connection.pipeline(writes) { _ = try result.get() }
    return Decision(outcome: outcome, replayed: false)
  }

  private func execute(
    _ command: any Command, on target: String, for request: CommandRequest, connection: Connection
  ) async throws -> CommandReceipt {
    let aggregateType = type(of: command).aggregateType
    let position = try await CommandStore.position(lockingAggregate: target, of: aggregateType, on: connection)
    let context = CommandContext(
      connection: connection, commandID: request.commandID, commandName: request.name, aggregateID: target,
      expectedVersion: request.expectedVersion, position: position, eventStore: eventStore)
    let version = try await command.execute(in: context)
    return CommandReceipt(
      commandID: request.commandID, aggregateType: aggregateType, aggregateID: target, version: version,
      position: position.description, replayed: false)
  }

  /// The refusal that an error means for the caller; nil where the transaction failed for another reason.
  static func refusal(_ error: any Error) -> CommandError? {
    if let error = error as? CommandError { return error == .unavailable ? nil : error }
    guard let error = error as? PostgresError, let state = error.sqlState?.rawValue else { return nil }
    // Integrity constraints that a command did not check itself; the database's words stay inside.
    if state.hasPrefix("23") { return .rejected(rule: "the change contradicts data that exists") }
    if state.hasPrefix("22") { return .invalid(field: nil, reason: "a value is out of the range that can be stored") }
    return nil
  }

  /// A conflict that the version constraint found does not know the actual version: it is read after the rollback.
  private func completed(_ refusal: CommandError, aggregateID: String?, on connection: Connection) async throws -> CommandError {
    guard case .conflict(let id, let expected, _) = refusal, id == aggregateID else { return refusal }
    let stored = try await eventStore.version(of: id, on: connection)
    return stored > 0 ? .conflict(aggregateID: id, expected: expected, actual: stored) : refusal
  }
}
