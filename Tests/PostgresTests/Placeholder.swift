import Postgres
import TestSupport
import Testing

@Test func smoke() async throws {
  try await withTestDatabase { configuration in
    let connection = try await Connection.connect(configuration, logger: testLogger())
    let n: Int64 = 41
    let row = try await connection.query("SELECT \(n) + 1 AS answer, current_database() AS db").single()
    #expect(try row["answer", as: Int64.self] == 42)
    #expect(try row["db", as: String.self] == configuration.database)
    await connection.close()
  }
}
