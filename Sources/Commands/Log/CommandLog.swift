public import FoundationEssentials
public import Postgres

/// One row per command that was decided: how it ended and when. Written in the command's own transaction.
public struct CommandLog: Sendable {
  /// How long entries are kept; must not be shorter than idempotency keys. Default 7 days.
  public var lifetime: Duration

  /// Creates a log over `sluice.commands` (see ``CommandMigrations``).
  public init(lifetime: Duration = .seconds(7 * 86_400)) {
    self.lifetime = lifetime
  }

  /// The statement that logs an outcome; `now()` is the transaction's begin, so that both times stand in one row.
  func recording(_ outcome: CommandOutcome, id: UUID, name: String, aggregateType: String, aggregateID: String?) -> Query {
    var version: Int64?
    var position: String?
    var error = StoredCommandError()
    var state = CommandStatus.State.completed
    switch outcome {
    case .completed(let receipt):
      version = receipt.version
      position = receipt.position
    case .rejected(let reason):
      state = .rejected
      error = StoredCommandError(reason)
    }
    return """
      INSERT INTO sluice.commands (id, name, state, aggregate_type, aggregate_id, version, position, error_code, error_reason, error_field,
        error_expected, error_actual, accepted_at, finished_at)
      VALUES (\(id.uuidString)::text::uuid, \(name), \(state.rawValue), \(aggregateType), \(bind: aggregateID.postgresBind)::text, \(bind: version.postgresBind)::bigint,
        \(bind: position.postgresBind)::pg_lsn, \(bind: error.code.postgresBind)::text, \(bind: error.reason.postgresBind)::text, \(bind: error.field.postgresBind)::text, \(bind: error.expected.postgresBind)::bigint,
        \(bind: error.actual.postgresBind)::bigint, now(), clock_timestamp())
      """
  }

  private static let columns = """
    id::text AS id, name, state, aggregate_type, aggregate_id, version, position::text AS position, error_code, error_reason, error_field,
    error_expected, error_actual, (extract(epoch FROM accepted_at) * 1000000)::bigint AS accepted_us,
    (extract(epoch FROM finished_at) * 1000000)::bigint AS finished_us
    """

  private func row(of id: UUID, on connection: Connection) async throws -> Row? {
    let rows = try await connection.query(
      "SELECT \(unescaped: Self.columns) FROM sluice.commands WHERE id = \(id.uuidString)::text::uuid")
    return rows.first
  }

  /// How a command ended; nil where it is not logged.
  func outcome(of id: UUID, on connection: Connection) async throws -> CommandOutcome? {
    guard let row = try await row(of: id, on: connection) else { return nil }
    if let code = try row["error_code", as: String?.self] {
      let stored = StoredCommandError(
        code: code, reason: try row["error_reason", as: String?.self], field: try row["error_field", as: String?.self],
        expected: try row["error_expected", as: Int64?.self], actual: try row["error_actual", as: Int64?.self])
      return .rejected(stored.error(aggregateID: try row["aggregate_id", as: String?.self] ?? ""))
    }
    return .completed(
      CommandReceipt(
        commandID: id, aggregateType: try row["aggregate_type", as: String?.self] ?? "",
        aggregateID: try row["aggregate_id", as: String?.self] ?? "", version: try row["version", as: Int64?.self] ?? 0,
        position: try row["position", as: String?.self] ?? "0/0", replayed: false))
  }

  /// What became of a command; nil where it is not logged.
  public func status(of id: UUID, on connection: Connection) async throws -> CommandStatus? {
    guard let row = try await row(of: id, on: connection) else { return nil }
    return CommandStatus(
      commandID: id, name: try row["name", as: String.self],
      state: CommandStatus.State(rawValue: try row["state", as: String.self]) ?? .accepted,
      reason: try row["error_reason", as: String?.self], aggregateType: try row["aggregate_type", as: String?.self],
      aggregateID: try row["aggregate_id", as: String?.self], version: try row["version", as: Int64?.self],
      position: try row["position", as: String?.self], acceptedAtMicroseconds: try row["accepted_us", as: Int64.self],
      finishedAtMicroseconds: try row["finished_us", as: Int64?.self])
  }

  /// Deletes entries that are older than ``lifetime``, at most `limit`; never one that an idempotency key still answers with.
  ///
  /// - Returns: how many were deleted.
  @discardableResult
  public func prune(limit: Int = 1000, on connection: Connection) async throws -> Int {
    try await connection.execute(
      """
      DELETE FROM sluice.commands WHERE id IN (
        SELECT c.id FROM sluice.commands c
        WHERE c.accepted_at < now() - make_interval(secs => \(lifetime.seconds))
          AND NOT EXISTS (SELECT 1 FROM sluice.idempotency_keys k WHERE k.command_id = c.id)
        ORDER BY c.accepted_at LIMIT \(Int64(limit)) FOR UPDATE SKIP LOCKED)
      """)
  }
}
