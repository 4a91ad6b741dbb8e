internal import Logging
internal import Postgres

/// The right to read a slot: one process holds it, any number of standbys wait for it.
///
/// It is a session's advisory lock in the source database (PostgreSQL documentation, "Advisory Locks"), taken on a connection of its own before
/// anything else is looked at. The slot alone does not tell who works with it: while a snapshot is read nobody streams, and a second process
/// would take the same snapshot. The slot is the fence behind it: it has one reader, whatever becomes of the lock.
///
/// Who holds it and vanishes from the network loses it after half a minute, when the server misses the answers to its keepalives.
struct SlotLease: Sendable {
  private let connection: Connection

  /// The first half of the lock's key; the second is of the slot's name, which is unique on its server.
  private static let space: Int32 = 0x736C_7563

  /// Takes the right if nobody has it.
  ///
  /// - Throws: `PostgresError`.
  static func take(_ configuration: ConnectorConfiguration, logger: Logger) async throws -> SlotLease? {
    let connection = try await Connection.connect(configuration.database, logger: logger)
    do {
      try await connection.executeScript("SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3")
      let taken = try await connection.query(
        "SELECT pg_try_advisory_lock(\(space)::int4, hashtext(\(configuration.slotName))) AS taken"
      ).single()["taken", as: Bool.self]
      if taken { return SlotLease(connection: connection) }
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    return nil
  }

  /// Asks the server whether the right is still held, which is as long as its connection lives.
  ///
  /// - Throws: `PostgresError`.
  func check() async throws {
    try await connection.execute("SELECT 1", timeout: .seconds(10))
  }

  func release() async { await connection.close() }
}
