import FoundationEssentials
public import Postgres

/// Remembers which command answered an idempotency key, so that a repeat gets the first answer again.
///
/// Concurrent requests with one key are serialised by an advisory lock that lasts as long as the first one's transaction.
public struct IdempotencyStore: Sendable {
  /// How long a key is remembered; default 24 hours.
  public var lifetime: Duration
  /// The longest key that is taken, in bytes.
  public static let maximumKeyBytes = 255

  /// Creates a store over `sluice.idempotency_keys` (see ``CommandMigrations``).
  public init(lifetime: Duration = .seconds(86_400)) {
    self.lifetime = lifetime
  }

  /// Refuses keys that are empty, too long, or not printable ASCII.
  static func validate(_ key: String) throws(CommandError) {
    guard (1...maximumKeyBytes).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .invalid(field: nil, reason: "the idempotency key must be 1 to \(maximumKeyBytes) printable ASCII characters")
    }
  }

  /// What makes two requests the same: name, expected version and body, byte for byte.
  static func fingerprint(of request: CommandRequest) -> [UInt8] {
    Array("\(request.name)\n\(request.expectedVersion.map(String.init) ?? "")\n".utf8) + request.body
  }

  /// Takes the key's lock for the rest of the transaction and looks it up.
  ///
  /// - Throws: ``CommandError/idempotencyKeyReused`` where it answered another request.
  func claim(_ key: String, for request: CommandRequest, on connection: Connection) async throws -> IdempotencyClaim {
    // Two statements: under READ COMMITTED the second sees what the lock's former holder committed.
    let results = try await connection.pipeline([
      CommandStore.lock(idempotencyKey: key),
      """
      SELECT command_id::text AS command_id, request_digest = sha256(\(Self.fingerprint(of: request))::bytea) AS same
      FROM sluice.idempotency_keys WHERE key = \(key) AND expires_at > now()
      """,
    ])
    for result in results.dropLast() { _ = try result.get() }
    guard let rows = try results.last?.get() else { return .new }
    for row in rows {
      guard try row["same", as: Bool.self] else { throw CommandError.idempotencyKeyReused }
      guard let id = UUID(uuidString: try row["command_id", as: String.self]) else { return .new }
      return .replay(commandID: id)
    }
    return .new
  }

  /// The statement that remembers the answer; an expired entry of the same key is overwritten.
  func remembering(_ key: String, for request: CommandRequest, commandID: UUID) -> Query {
    """
    INSERT INTO sluice.idempotency_keys (key, request_digest, command_id, expires_at)
    VALUES (\(key), sha256(\(Self.fingerprint(of: request))::bytea), \(commandID.uuidString)::text::uuid,
      now() + make_interval(secs => \(lifetime.seconds)))
    ON CONFLICT (key) DO UPDATE SET request_digest = excluded.request_digest, command_id = excluded.command_id,
      created_at = excluded.created_at, expires_at = excluded.expires_at
    """
  }

  /// Deletes expired keys, at most `limit`, passing over locked ones.
  ///
  /// - Returns: how many were deleted.
  @discardableResult
  public func prune(limit: Int = 1000, on connection: Connection) async throws -> Int {
    try await connection.execute(
      """
      DELETE FROM sluice.idempotency_keys WHERE key IN (
        SELECT key FROM sluice.idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT \(Int64(limit)) FOR UPDATE SKIP LOCKED)
      """)
  }
}
