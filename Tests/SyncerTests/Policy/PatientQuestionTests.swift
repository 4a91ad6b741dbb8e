import Postgres
import Syncer
import TestSupport
import Testing

@Suite struct PatientQuestionTests {
  @Test func whatLosesItsConnectionOnTheWayIsAskedAgainFromTheBeginning() async throws {
    try await withTestDatabase { database in
      var asked = 0
      let answer = try await PatientQuestion.ask(database, called: "read", within: .seconds(30), logger: testLogger()) { connection in
        asked += 1
        try await connection.execute("BEGIN")
        // The connection ends itself, as it would with its server.
        if asked < 3 { try await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())") }
        return try await connection.query("SELECT 7").single()[0, as: Int32.self]
      }
      #expect(answer == 7)
      #expect(asked == 3)
    }
  }

  @Test func whatIsWrongIsNotAskedAgain() async throws {
    try await withTestDatabase { database in
      var asked = 0
      await #expect(throws: PostgresError.self) {
        try await PatientQuestion.ask(database, called: "read", within: .seconds(30), logger: testLogger()) { connection in
          asked += 1
          try await connection.execute("SELECT * FROM nothing_of_that_name")
        }
      }
      #expect(asked == 1)
    }
  }

  @Test func aFailureAfterTheLimitIsFinal() async throws {
    try await withTestDatabase { database in
      var asked = 0
      let error = await #expect(throws: PostgresError.self) {
        try await PatientQuestion.ask(database, called: "read", within: .zero, logger: testLogger()) { connection in
          asked += 1
          try await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        }
      }
      #expect(asked == 1)
      #expect(error?.classification != .permanent)
    }
  }
}
