import Postgres

/// Reads what a logical slot has for the outbox: the text of each inserted row.
struct WALReader {
  private let database: CommandTestDatabase
  private let slot: String

  init(_ database: CommandTestDatabase) async throws {
    self.database = database
    slot = "outbox_\(UInt32.random(in: 0...UInt32.max))"
    try await database.pool.execute("CREATE PUBLICATION outbox_test FOR TABLE sluice.outbox")
    try await database.pool.execute("SELECT pg_create_logical_replication_slot(\(slot), 'pgoutput')")
  }

  /// The rows inserted since the last call, as text with their binary frame.
  func inserted() async throws -> [String] {
    let rows = try await database.pool.query(
      """
      SELECT data FROM pg_logical_slot_get_binary_changes(\(slot), NULL, NULL, 'proto_version', '1', 'publication_names', 'outbox_test')
      WHERE get_byte(data, 0) = ascii('I')
      """)
    return try rows.map { String(decoding: try $0["data", as: [UInt8].self], as: UTF8.self) }
  }
}
