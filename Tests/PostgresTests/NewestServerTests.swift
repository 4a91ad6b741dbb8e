import Postgres
import TestSupport
import Testing

@Suite struct NewestServerTests {
  @Test(.enabled(if: TestPostgres.hasNewest, "PostgreSQL 18's programs are not here (SLUICE_TEST_POSTGRES_NEWEST)"))
  func aServerOfTheNewestVersionAnswers() async throws {
    try await withTestDatabase(on: .newest) { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger("newest"))
      let version = try await connection.query("SHOW server_version_num").single()["server_version_num", as: String.self]
      #expect(Int(version) ?? 0 >= 180_000)
      await connection.close()
    }
  }
}
