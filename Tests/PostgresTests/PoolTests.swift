import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct PoolTests {
  @Test func sharesFewConnectionsAmongManyTasks() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(configuration: configuration, maxConnections: 3, logger: testLogger())
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<60 {
          group.addTask {
            try await pool.withConnection { connection in
              _ = try await connection.query("SELECT pg_sleep(0.005)")
              return connection.backendPID
            }
          }
        }
        var pids: Set<Int> = []
        for try await pid in group { pids.insert(pid) }
        #expect(pids.count <= 3)
      }
      await pool.close()
      await #expect(throws: PoolError.closed) { try await pool.execute("SELECT 1") }
    }
  }

  @Test func waitingIsBounded() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(
        configuration: configuration,
        pool: PoolConfiguration(maxConnections: 1, acquireTimeout: .milliseconds(100), maxWaiting: 1), logger: testLogger())
      try await pool.withConnection { _ in
        await #expect(throws: PoolError.timedOut(after: .milliseconds(100), maxConnections: 1)) { try await pool.execute("SELECT 1") }
        let cancelled = Task { try await pool.execute("SELECT 1") }
        cancelled.cancel()
        await #expect(throws: (any Error).self) { _ = try await cancelled.value }
        let errors = await withTaskGroup(of: PoolError?.self, returning: [PoolError].self) { group in
          for _ in 0..<3 {
            group.addTask {
              do { try await pool.execute("SELECT 1") } catch { return error as? PoolError }
              return nil
            }
          }
          return await group.reduce(into: [PoolError]()) { if let error = $1 { $0.append(error) } }
        }
        #expect(errors.filter { $0 == .tooManyWaiting(1) }.count == 2)
        #expect(errors.filter { $0 == .timedOut(after: .milliseconds(100), maxConnections: 1) }.count == 1)
      }
      #expect(try await pool.query("SELECT 1").count == 1)
      await pool.close()
    }
  }

  @Test func recoversWhenTheServerKillsItsConnections() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(configuration: configuration, maxConnections: 4, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { try await pool.execute("SELECT pg_sleep(0.05)") } }
        try await group.waitForAll()
      }
      try await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
      try await eventually("the end of the backends") {
        try await other.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").isEmpty
      }
      // The kernel has the news of each end; what a caller still gets to see is at most one error for a connection that died on its way.
      try await eventually("the pool's recovery") { (try? await pool.execute("SELECT 1")) != nil }
      for _ in 0..<20 { try await pool.execute("SELECT 1") }
      await pool.close()
      await other.close()
    }
  }

  @Test func aConnectionLostInUseIsReplacedForWhoWaits() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(configuration: configuration, maxConnections: 1, logger: testLogger())
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (started, continuation) = AsyncStream<Void>.makeStream()
        group.addTask {
          await #expect(throws: PostgresError.self) {
            try await pool.withConnection { connection in
              continuation.yield()
              try await connection.execute("SELECT pg_sleep(0.1), pg_terminate_backend(pg_backend_pid())")
            }
          }
        }
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        group.addTask { try await pool.execute("SELECT 1") }
        try await group.waitForAll()
      }
      await pool.close()
    }
  }

  @Test func aCallerWhoIsCancelledInTheMomentOfItsGrantTakesNoPlaceAlong() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(configuration: configuration, maxConnections: 1, acquireTimeout: .seconds(5), logger: testLogger())
      for _ in 0..<500 {
        let waiting = try await pool.withConnection { _ in
          let waiting = Task { try await pool.withConnection { _ in } }
          for _ in 0..<Int.random(in: 1...20) { await Task.yield() }
          return waiting
        }
        waiting.cancel()
        _ = await waiting.result
      }
      try await pool.execute("SELECT 1")
      await pool.close()
    }
  }

  @Test func anOpenTransactionIsRolledBack() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(configuration: configuration, maxConnections: 1, logger: testLogger())
      try await pool.execute("CREATE TABLE t (id int)")
      try await pool.withConnection { try await $0.executeScript("BEGIN; INSERT INTO t VALUES (1)") }
      #expect(try await pool.query("SELECT * FROM t").isEmpty)
      try await pool.transaction { _ = try await $0.execute("INSERT INTO t VALUES (2)") }
      #expect(try await pool.query("SELECT * FROM t").count == 1)
      await pool.close()
    }
  }

  @Test func runKeepsConnectionsAliveAndReplacesDeadOnes() async throws {
    try await withTestDatabase { configuration in
      let pool = Pool(
        configuration: configuration,
        pool: PoolConfiguration(maxConnections: 3, healthCheckAfter: .milliseconds(30), minConnections: 2), logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      let running = Task { await pool.run() }
      func pids() async throws -> Set<Int> {
        let rows = try await other.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        return Set(try rows.map { try $0[0, as: Int.self] })
      }
      try await eventually("two connections") { try await pids().count == 2 }
      let before = try await pids()
      for pid in before { try await other.execute("SELECT pg_terminate_backend(\(pid)::int)") }
      try await eventually("two new connections") {
        let now = try await pids()
        return now.count == 2 && now.isDisjoint(with: before)
      }
      running.cancel()
      await running.value
      try await eventually("the end of all") { try await pids().isEmpty }
      await other.close()
    }
  }

  @Test func connectErrorsReachTheCaller() async throws {
    var configuration = try await TestPostgres.shared.configuration()
    configuration.database = "no_such_database"
    let pool = Pool(configuration: configuration, maxConnections: 1, logger: testLogger())
    for _ in 0..<3 {
      let error = try await postgresError { try await pool.execute("SELECT 1") }
      #expect(error.operation == .connect)
    }
    await pool.close()
  }
}
