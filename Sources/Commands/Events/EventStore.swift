import FoundationEssentials
public import Postgres

/// Events in PostgreSQL, one row each, with `UNIQUE (aggregate_id, version)`; appending also sends them through the outbox.
///
/// All methods work on the caller's connection; appending belongs into the caller's transaction. Without the aggregate's
/// advisory lock two writers race, and the constraint lets one of them win: the other gets a conflict.
public struct EventStore: Sendable {
  /// The constraint that two writers of one version run into.
  static let versionConstraint = "events_aggregate_version"

  /// Creates a store over schema `sluice` (see ``CommandMigrations``).
  public init() {}

  /// Folds an aggregate's events; version 0 and the initial state where there are none.
  ///
  /// - Throws: ``EventDecodingError`` where an event cannot be read or a version is missing, or the database's error.
  public func load<A: Aggregate>(_ type: A.Type, id: String, on connection: Connection) async throws -> LoadedAggregate<A> {
    var loaded = LoadedAggregate<A>()
    let rows = try await connection.query(
      """
      SELECT version, type, schema_version, payload::text AS payload FROM sluice.events
      WHERE aggregate_id = \(id) AND aggregate_type = \(A.type) ORDER BY version
      """)
    for row in rows {
      let version = try row["version", as: Int64.self]
      let name = try row["type", as: String.self]
      let schemaVersion = Int(try row["schema_version", as: Int32.self])
      guard version == loaded.version + 1 else {
        throw EventDecodingError(type: name, schemaVersion: schemaVersion, reason: "version \(loaded.version + 1) is missing")
      }
      let payload = try row["payload", as: String.self]
      loaded.state.apply(try A.Event.decode(type: name, schemaVersion: schemaVersion, payload: Array(payload.utf8)))
      loaded.version = version
    }
    return loaded
  }

  /// Appends events and sends them through the outbox, in the caller's transaction.
  ///
  /// - Returns: the aggregate's new version; `expectedVersion` where there are no events.
  /// - Throws: ``CommandError/conflict(aggregateID:expected:actual:)`` where another version is stored (the transaction is then
  ///   aborted), or the database's error.
  @discardableResult
  public func append<A: Aggregate>(
    _ events: [A.Event], of type: A.Type, id: String, expectedVersion: Int64, metadata: EventMetadata, on connection: Connection
  ) async throws -> Int64 {
    guard !events.isEmpty else { return expectedVersion }
    let ids = events.map { _ in UUID().uuidString }
    let payloads = try events.map { String(decoding: try $0.payload(), as: UTF8.self) }
    let insert: Query = """
      WITH added AS (
        INSERT INTO sluice.events (aggregate_type, aggregate_id, version, event_id, type, schema_version, payload, metadata)
        SELECT \(A.type), \(id), \(expectedVersion)::bigint + e.n, e.id::uuid, e.type, e.form, e.payload::jsonb, jsonb_build_object(
          'commandId', \(metadata.commandID.uuidString.lowercased())::text, 'command', \(metadata.commandName)::text,
          'position', \(metadata.position.description)::text)
        FROM unnest(\(ids)::text[], \(events.map(\.type))::text[], \(events.map { Int64($0.schemaVersion) })::bigint[],
          \(payloads)::text[]) WITH ORDINALITY AS e(id, type, form, payload, n)
        ORDER BY e.n RETURNING *
      )
      INSERT INTO sluice.outbox (id, aggregatetype, aggregateid, type, payload, version, created_at)
      SELECT event_id, aggregate_type, aggregate_id, type, sluice.event_message(ROW(added.*)::sluice.events), version, created_at
      FROM added ORDER BY version
      """
    do {
      for result in try await connection.pipeline([insert, Outbox.deletion(of: ids)]) { _ = try result.get() }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation && error.constraint == Self.versionConstraint {
      // The transaction is aborted, so the actual version cannot be read here; the bus reads it after its rollback.
      throw CommandError.conflict(aggregateID: id, expected: expectedVersion, actual: expectedVersion + 1)
    }
    return expectedVersion + Int64(events.count)
  }

  /// The stored version of an aggregate; 0 where it has no events.
  public func version(of aggregateID: String, on connection: Connection) async throws -> Int64 {
    let rows = try await connection.query(
      "SELECT coalesce(max(version), 0) AS version FROM sluice.events WHERE aggregate_id = \(aggregateID)")
    for row in rows { return try row["version", as: Int64.self] }
    return 0
  }

  /// Reads stored events in the store's order, for checks and tools.
  ///
  /// - Parameters:
  ///   - aggregateType: nil reads all types.
  ///   - position: only what stands behind it.
  ///   - limit: at most so many.
  public func events(
    aggregateType: String? = nil, after position: Int64 = 0, limit: Int = 1000, on connection: Connection
  ) async throws -> [StoredEvent] {
    let rows = try await connection.query(
      """
      SELECT position, aggregate_type, aggregate_id, version, event_id::text AS event_id, type, schema_version, payload::text AS payload
      FROM sluice.events
      WHERE position > \(position) AND (\(bind: aggregateType.postgresBind)::text IS NULL OR aggregate_type = \(bind: aggregateType.postgresBind)::text)
      ORDER BY position LIMIT \(Int64(limit))
      """)
    var events: [StoredEvent] = []
    for row in rows {
      let id = try row["event_id", as: String.self]
      let type = try row["type", as: String.self]
      let schemaVersion = Int(try row["schema_version", as: Int32.self])
      guard let eventID = UUID(uuidString: id) else {
        throw EventDecodingError(type: type, schemaVersion: schemaVersion, reason: "its identifier is no UUID")
      }
      events.append(
        StoredEvent(
          position: try row["position", as: Int64.self], aggregateType: try row["aggregate_type", as: String.self],
          aggregateID: try row["aggregate_id", as: String.self], version: try row["version", as: Int64.self], eventID: eventID,
          type: type, schemaVersion: schemaVersion, payload: try row["payload", as: String.self]))
    }
    return events
  }

  /// How many events are stored, over all aggregates.
  public func count(on connection: Connection) async throws -> Int64 {
    try await connection.query("SELECT count(*) FROM sluice.events").single()[0, as: Int64.self]
  }
}
