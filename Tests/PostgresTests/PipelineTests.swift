import Postgres
import TestSupport
import Testing

@Suite struct PipelineTests {
  @Test func answersInOrder() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int)")
      let queries: [Query] = (0..<200).map { "INSERT INTO t VALUES (\(Int64($0))) RETURNING id" } + ["SELECT count(*) FROM t"]
      let results = try await connection.pipeline(queries)
      #expect(results.count == 201)
      for (index, result) in results.dropLast().enumerated() {
        #expect(try result.get().single()[0, as: Int.self] == index)
      }
      #expect(try results[200].get().single()[0, as: Int.self] == 200)
      #expect(try await connection.pipeline([]).isEmpty)
    }
  }

  @Test func anErrorInTheMiddleUndoesAllAndIsTold() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let results = try await connection.pipeline([
        "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2)", "SELECT 1",
      ])
      #expect(try results[0].get().affectedRows == 1)
      #expect(failure(results[1])?.sqlState == .uniqueViolation)
      #expect(failure(results[2])?.origin == .abortedPipeline)
      #expect(failure(results[3])?.origin == .abortedPipeline)
      #expect(try await connection.query("SELECT * FROM t").isEmpty)
      #expect(connection.transactionStatus == .idle)
    }
  }

  @Test func muchInBothDirectionsDoesNotBlock() async throws {
    try await withTestConnection { connection in
      // More than all buffers of sockets and libpq hold, both ways: who only writes first would wait for ever.
      let large = String(repeating: "x", count: 1_000_000)
      let results = try await connection.pipeline((0..<40).map { _ in "SELECT \(large)::text" }, timeout: .seconds(30))
      for result in results { #expect(try result.get().single()[0, as: String.self].utf8.count == 1_000_000) }
    }
  }

  @Test func aDeadlineEndsThePipelineAsAWhole() async throws {
    try await withTestConnection { connection in
      let error = try await postgresError {
        _ = try await connection.pipeline(["SELECT 1", "SELECT pg_sleep(60)", "SELECT 2"], timeout: .milliseconds(150))
      }
      #expect(error.origin == .deadline)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func aBrokenConnectionEndsThePipelineAsAWhole() async throws {
    try await withTestConnection { connection in
      let error = try await postgresError {
        _ = try await connection.pipeline(["SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 2"])
      }
      #expect(error.classification == .connection)
      #expect(!connection.isOpen)
    }
  }

  private func failure(_ result: Result<Rows, PostgresError>) -> PostgresError? {
    if case .failure(let error) = result { return error }
    return nil
  }
}
