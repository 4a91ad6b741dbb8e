import Postgres
import TestSupport
import Testing

@Suite struct CancellationTests {
  @Test func cancellingTheTaskCancelsTheQuery() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      let pid = connection.backendPID
      let task = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await waitUntilActive(pid, other)
      let queued = Task { try await connection.query("SELECT 1") }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
      // The cancel request must not hit the next query.
      #expect(try await queued.value.count == 1)
      #expect(connection.isOpen)
      #expect(try await connection.query("SELECT 2").count == 1)
      await connection.close()
      await other.close()
    }
  }

  @Test func workThatHasNotBegunIsTakenBack() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      let first = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await waitUntilActive(connection.backendPID, other)
      let second = Task { try await connection.query("SELECT 1") }
      second.cancel()
      await #expect(throws: CancellationError.self) { _ = try await second.value }
      first.cancel()
      await #expect(throws: CancellationError.self) { _ = try await first.value }
      await connection.close()
      await other.close()
    }
  }

  @Test func aQueryEndsAtItsDeadline() async throws {
    try await withTestConnection { connection in
      let start = ContinuousClock.now
      let error = try await postgresError { _ = try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(150)) }
      #expect(error.origin == .deadline)
      #expect(error.sqlState == .queryCanceled)
      #expect(error.classification == .retriable)
      #expect(start.duration(to: .now) < .seconds(10))
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test func cancelStopsWhatRuns() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      let pid = connection.backendPID
      let task = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await waitUntilActive(pid, other)
      connection.cancel()
      let error = try await postgresError { _ = try await task.value }
      #expect(error.sqlState == .queryCanceled)
      connection.cancel()
      #expect(try await connection.query("SELECT 1").count == 1)
      await connection.close()
      await other.close()
    }
  }

  @Test func aKilledBackendIsAConnectionError() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      let pid = connection.backendPID
      let task = Task { try await connection.query("SELECT pg_sleep(60)") }
      try await waitUntilActive(pid, other)
      try await other.execute("SELECT pg_terminate_backend(\(pid)::int)")
      let error = try await postgresError { _ = try await task.value }
      #expect(error.classification == .connection)
      #expect(error.sqlState == .adminShutdown)
      #expect(!connection.isOpen)
      await other.close()
    }
  }

  @Test func anIdleConnectionNoticesItsEnd() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      try await other.execute("SELECT pg_terminate_backend(\(connection.backendPID)::int)")
      try await eventually("the end of the connection") { !connection.isOpen }
      await other.close()
    }
  }

  private func waitUntilActive(_ pid: Int, _ other: Connection) async throws {
    try await eventually("a query that runs") {
      try await !other.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(pid) AND wait_event = 'PgSleep'").isEmpty
    }
  }
}
