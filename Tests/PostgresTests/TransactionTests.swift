import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
  private struct Refused: Error {}

  @Test func commitsOrRollsBack() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int)")
      let value = try await connection.transaction { transaction in
        try await transaction.execute("INSERT INTO t VALUES (1)")
        return 7
      }
      #expect(value == 7)
      await #expect(throws: Refused.self) {
        try await connection.transaction { transaction in
          try await transaction.execute("INSERT INTO t VALUES (2)")
          throw Refused()
        }
      }
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT id FROM t").map { try $0[0, as: Int.self] } == [1])
    }
  }

  @Test func openingStatementsAreAPartOfTheTransaction() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      let insert: Query = "INSERT INTO t VALUES (\(1)) RETURNING id"
      var options = TransactionOptions(isolation: .repeatableRead)
      options.lockTimeout = .seconds(3)
      try await connection.transaction(options, opening: [insert.prepared(), "SHOW lock_timeout"], plans: .kept) { transaction, rows in
        #expect(rows.count == 2)
        let (id, timeout) = (try rows[0].single()[0, as: Int.self], try rows[1].single()[0, as: String.self])
        #expect(id == 1)
        #expect(timeout == "3s")
        #expect(transaction.transactionStatus == .open)
        let isolation = try await transaction.query("SHOW transaction_isolation").single()[0, as: String.self]
        #expect(isolation == "repeatable read")
      }
      // What fails first says why, and nothing of it stays.
      let error = try await postgresError {
        try await connection.transaction(opening: ["INSERT INTO t VALUES (2)", insert.prepared(), "SELECT 1"]) { _, _ in
          _ = Issue.record("the body must not run")
        }
      }
      #expect(error.sqlState == .uniqueViolation)
      #expect(connection.transactionStatus == .idle)
      await #expect(throws: Refused.self) {
        try await connection.transaction(opening: ["INSERT INTO t VALUES (3)"]) { _, _ in throw Refused() }
      }
      #expect(try await connection.query("SELECT id FROM t").map { try $0[0, as: Int.self] } == [1])
      let misuse = try await postgresError {
        try await connection.transaction { outer in try await outer.transaction(opening: ["SELECT 1"]) { _, _ in } }
      }
      #expect(misuse.origin == .misuse)
    }
  }

  @Test func cancellingWhileTheOpeningWaitsRollsBack() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int)")
      let task = Task {
        try await connection.transaction(opening: ["INSERT INTO t VALUES (1)", "SELECT pg_sleep(60)"]) { _, _ in }
      }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aDeferredConstraintFailsTheCommit() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      let error = try await postgresError {
        try await connection.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1), (1)") }
      }
      #expect(error.operation == .commit)
      #expect(error.sqlState == .uniqueViolation)
      #expect(error.classification == .permanent)
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func aSwallowedErrorFailsTheCommit() async throws {
    try await withTestConnection { connection in
      let error = try await postgresError {
        try await connection.transaction { transaction in _ = try? await transaction.query("SELECT 1/0") }
      }
      #expect(error.operation == .commit)
      #expect(error.sqlState == .inFailedTransaction)
    }
  }

  /// COMMIT waits in a deferred trigger until the test lets it go, or kills it.
  private func withSlowCommit(_ configuration: ConnectionConfiguration, _ body: (Connection, Connection) async throws -> Void) async throws
  {
    let connection = try await Connection.connect(configuration, logger: testLogger())
    let other = try await Connection.connect(configuration, logger: testLogger())
    try await connection.executeScript(
      """
      CREATE TABLE t (id int);
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
      SELECT pg_advisory_unlock_all();
      """)
    try await other.query("SELECT pg_advisory_lock(1)").forEach { _ in }
    try await body(connection, other)
    await connection.close()
    await other.close()
  }

  private func waitUntilCommitting(_ pid: Int, _ other: Connection) async throws {
    try await eventually("a COMMIT that waits") {
      try await !other.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(pid) AND query = 'COMMIT' AND wait_event = 'advisory'").isEmpty
    }
  }

  @Test func aConnectionThatBreaksInCommitLeavesTheOutcomeUnknown() async throws {
    try await withTestDatabase { configuration in
      try await withSlowCommit(configuration) { connection, other in
        let pid = connection.backendPID
        let task = Task { try await connection.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") } }
        try await waitUntilCommitting(pid, other)
        try await other.execute("SELECT pg_terminate_backend(\(pid)::int)")
        let unknown = await #expect(throws: CommitOutcomeUnknown.self) { try await task.value }
        #expect(unknown?.cause.sqlState == .adminShutdown)
        #expect(!connection.isOpen)
      }
    }
  }

  @Test func aCommitThatTakesTooLongLeavesTheOutcomeUnknown() async throws {
    try await withTestDatabase { configuration in
      try await withSlowCommit(configuration) { connection, _ in
        let unknown = await #expect(throws: CommitOutcomeUnknown.self) {
          try await connection.transaction(TransactionOptions(commitTimeout: .milliseconds(200))) {
            _ = try await $0.execute("INSERT INTO t VALUES (1)")
          }
        }
        #expect(unknown?.cause.origin == .deadline)
        #expect(!connection.isOpen)
      }
    }
  }

  @Test func cancellingDoesNotInterruptACommit() async throws {
    try await withTestDatabase { configuration in
      try await withSlowCommit(configuration) { connection, other in
        let pid = connection.backendPID
        let task = Task { try await connection.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") } }
        try await waitUntilCommitting(pid, other)
        task.cancel()
        try await other.execute("SELECT pg_advisory_unlock(1)")
        try await task.value
        #expect(try await other.query("SELECT * FROM t").count == 1)
      }
    }
  }

  @Test func cancellingRollsBack() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int)")
      let task = Task {
        try await connection.transaction { transaction in
          try await transaction.execute("INSERT INTO t VALUES (1)")
          try await transaction.execute("SELECT pg_sleep(60)")
        }
      }
      try await eventually("the sleep") { connection.transactionStatus == .open }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(connection.transactionStatus == .idle)
      #expect(try await connection.query("SELECT * FROM t").isEmpty)
    }
  }

  @Test func savepointsFailAlone() async throws {
    try await withTestConnection { connection in
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
      try await connection.transaction { transaction in
        try await transaction.execute("INSERT INTO t VALUES (1)")
        await #expect(throws: PostgresError.self) {
          try await transaction.savepoint { inner in
            try await inner.execute("INSERT INTO t VALUES (2)")
            try await inner.savepoint { _ = try await $0.execute("INSERT INTO t VALUES (3)") }
            try await inner.execute("INSERT INTO t VALUES (1)")
          }
        }
        try await transaction.savepoint { _ = try await $0.execute("INSERT INTO t VALUES (4)") }
      }
      #expect(try await connection.query("SELECT id FROM t ORDER BY id").map { try $0[0, as: Int.self] } == [1, 4])
    }
  }

  @Test func optionsReachTheServer() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int)")
      try await connection.transaction(TransactionOptions(isolation: .repeatableRead, isReadOnly: true)) { exporter in
        let snapshot = try await exporter.query("SELECT pg_export_snapshot()").single()[0, as: String.self]
        try await other.execute("INSERT INTO t VALUES (1)")
        try await other.transaction(TransactionOptions(isolation: .repeatableRead, isReadOnly: true, snapshot: snapshot)) { importer in
          #expect(try await importer.query("SELECT * FROM t").isEmpty)
          let row = try await importer.query("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            .single()
          #expect(try row[0, as: String.self] == "repeatable read")
          #expect(try row[1, as: String.self] == "on")
        }
      }
      let gone = try await postgresError {
        try await other.transaction(TransactionOptions(isolation: .serializable, snapshot: "00000003-0000001B-1")) { _ in }
      }
      #expect(gone.origin == .server)
      #expect(other.transactionStatus == .idle)
      let nested = try await postgresError { try await other.transaction { try await $0.transaction { _ in } } }
      #expect(nested.origin == .misuse)
      await connection.close()
      await other.close()
    }
  }

  @Test func lockTimeoutsAreRetriable() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let other = try await Connection.connect(configuration, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int)")
      try await connection.transaction { holder in
        try await holder.execute("LOCK TABLE t")
        let error = try await postgresError {
          try await other.transaction(TransactionOptions(lockTimeout: .milliseconds(50))) { _ = try await $0.query("SELECT * FROM t") }
        }
        #expect(error.sqlState == .lockNotAvailable)
        #expect(error.classification == .retriable)
      }
      await connection.close()
      await other.close()
    }
  }
}
