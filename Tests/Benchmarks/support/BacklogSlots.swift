public import Postgres

/// The replication slots through which a backlog is read again and again.
public struct BacklogSlots: Sendable {
  private let connection: Connection

  /// Through a connection to the write database, which is closed with this.
  public init(_ connection: Connection) { self.connection = connection }

  /// Makes a publication of tables of schema `public`.
  public func publish(_ tables: [String], as name: String) async throws {
    let list = tables.map { "public.\($0)" }.joined(separator: ", ")
    try await connection.executeScript("CREATE PUBLICATION \(name) FOR TABLE \(list)")
  }

  /// Makes a slot that stands here.
  public func make(_ name: String) async throws {
    _ = try await connection.query("SELECT pg_create_logical_replication_slot(\(name), 'pgoutput')::text")
  }

  /// Another slot that stands where `name` stands.
  public func copy(_ name: String, to other: String) async throws {
    _ = try await connection.query("SELECT pg_copy_logical_replication_slot(\(name), \(other))::text")
  }

  /// Drops a slot once its reader is gone, which the server may notice a moment later.
  public func drop(_ name: String) async throws {
    try await waitUntil("the slot \(name) becomes free", within: .seconds(10)) {
      try await !connection.query(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = \(name) AND NOT active"
      ).isEmpty
    }
  }

  /// The end of what is written now. A transaction after it lets a reader see that it has passed it.
  public func end() async throws -> LSN {
    let end = try await ServerAdministration(connection).currentPosition()
    _ = try await connection.query("SELECT pg_logical_emit_message(true, 'benchmark', 'end')::text")
    return end
  }

  /// Closes the connection.
  public func close() async { await connection.close() }
}
