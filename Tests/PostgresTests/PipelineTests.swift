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

  // MARK: Statements that the server keeps

  private static let kept: Query = "SELECT name FROM pg_prepared_statements ORDER BY prepare_time"

  @Test func aPreparedStatementIsKeptOnce() async throws {
    try await withTestConnection { connection in
      for number in 1...3 as ClosedRange<Int64> {
        let results = try await connection.pipeline([
          Query("SELECT \(number) * 2").prepared(), "SELECT 'between'", Query("SELECT \(number) * 2").prepared(),
        ])
        #expect(try results.map { try $0.get().single()[0, as: String.self] } == ["\(number * 2)", "between", "\(number * 2)"])
      }
      #expect(try await connection.query(Self.kept).count == 1)
      // Another type is another statement.
      #expect(try await connection.pipeline([Query("SELECT \(1.5) * 2").prepared()])[0].get().single()[0, as: String.self] == "3")
      #expect(try await connection.query(Self.kept).count == 2)
    }
  }

  @Test func aPreparedStatementFollowsItsTable() async throws {
    try await withTestConnection { connection in
      try await connection.executeScript("CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE other (id bigint PRIMARY KEY, n text)")
      let insert = Query("INSERT INTO t VALUES (\(7, as: "int"), \(8, as: "int"))").prepared()
      _ = try await connection.pipeline([insert])[0].get()
      try await connection.executeScript("ALTER TABLE t RENAME TO former; ALTER TABLE other RENAME TO t")
      _ = try await connection.pipeline([insert])[0].get()
      #expect(try await connection.query("SELECT n FROM t WHERE id = 7").single()[0, as: String.self] == "8")
      try await connection.executeScript("DROP TABLE t; ALTER TABLE former RENAME TO t; DELETE FROM t; ALTER TABLE t ADD COLUMN more text")
      _ = try await connection.pipeline([insert])[0].get()
      #expect(try await connection.query("SELECT n FROM t WHERE id = 7").single()[0, as: Int.self] == 8)
    }
  }

  @Test func aStatementThatCannotBePreparedFailsInItsPlace() async throws {
    try await withTestConnection { connection in
      let results = try await connection.pipeline([
        "SELECT 1", Query("SELECT * FROM nowhere").prepared(), Query("SELECT 2").prepared(), "SELECT 3",
      ])
      #expect(results.count == 4)
      #expect(try results[0].get().single()[0, as: Int.self] == 1)
      #expect(failure(results[1])?.sqlState?.rawValue == "42P01")
      #expect(failure(results[2])?.origin == .abortedPipeline)
      #expect(failure(results[3])?.origin == .abortedPipeline)
      // What was not prepared is not taken for prepared.
      #expect(try await connection.pipeline([Query("SELECT 2").prepared()])[0].get().single()[0, as: Int.self] == 2)
    }
  }

  @Test func whereStatementsAreLostNothingIsPreparedAnyMore() async throws {
    try await withTestConnection { connection in
      let query = Query("SELECT \(1)").prepared()
      _ = try await connection.pipeline([query])[0].get()
      // As a pooler does that gives the next transaction another session.
      try await connection.execute("DEALLOCATE ALL")
      #expect(failure(try await connection.pipeline([query])[0])?.sqlState?.rawValue == "26000")
      for _ in 0..<2 { #expect(try await connection.pipeline([query])[0].get().single()[0, as: Int.self] == 1) }
      #expect(try await connection.query(Self.kept).isEmpty)
    }
  }

  @Test func notMoreStatementsArePreparedThanTheLimit() async throws {
    try await withTestConnection { connection in
      let many = 200
      let results = try await connection.pipeline((0..<many).map { Query(unescaped: "SELECT \($0)").prepared() })
      #expect(try results.map { try $0.get().single()[0, as: Int.self] } == Array(0..<many))
      #expect(try await connection.query(Self.kept).count == 128)
    }
  }

  @Test func keptPlansAreThoseOfPreparedStatementsAndOfNothingBehindThem() async throws {
    try await withTestConnection { connection in
      let mode: Query = "SELECT current_setting('plan_cache_mode') || ' ' || current_setting('enable_seqscan')"
      try await connection.transaction { transaction in
        let results = try await transaction.pipeline([mode, mode.prepared(), mode.prepared(), mode, mode.prepared()], plans: .kept)
        let kept = "force_generic_plan off"
        let own = "auto on"
        let modes = try results.map { try $0.get().single()[0, as: String.self] }
        #expect(modes == [own, kept, kept, own, kept])
        let after = try await transaction.query(mode).single()[0, as: String.self]
        #expect(after == own)
      }
      // An error stands at its statement's place.
      try await connection.transaction { transaction in
        await #expect(throws: PostgresError.self) {
          try await transaction.savepoint {
            let results = try await $0.pipeline([mode.prepared(), Query("SELECT 1 / \(0)").prepared(), mode], plans: .kept)
            #expect(failure(results[1])?.sqlState?.rawValue == "22012")
            #expect(failure(results[2])?.origin == .abortedPipeline)
            _ = try results[1].get()
          }
        }
        let after = try await transaction.query(mode).single()[0, as: String.self]
        #expect(after == "auto on")
      }
    }
  }

  private func failure(_ result: Result<Rows, PostgresError>) -> PostgresError? {
    if case .failure(let error) = result { return error }
    return nil
  }
}
