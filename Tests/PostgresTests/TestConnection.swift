import Postgres
import TestSupport

/// A connection to a database of the test's own.
func withTestConnection<Value>(
  isolation: isolated (any Actor)? = #isolation, _ body: (Connection) async throws -> Value
) async throws -> Value {
  try await withTestDatabase { configuration in
    let connection = try await Connection.connect(configuration, logger: testLogger())
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }
}

/// The error that the work ends with; fails the test when there is none.
func postgresError(_ work: () async throws -> Void) async throws -> PostgresError {
  do {
    try await work()
  } catch let error as PostgresError {
    return error
  }
  throw NoErrorThrown()
}

struct NoErrorThrown: Error {}
