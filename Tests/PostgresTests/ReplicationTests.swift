import Postgres
import TestSupport
import Testing

@Suite struct ReplicationTests {
  private static let options = [("proto_version", "1"), ("publication_names", "\"everything\"")]

  /// A database with a published table, a connection, and a replication connection.
  private func withPublication(
    options: [String: String] = [:], _ body: (Connection, ReplicationConnection, ConnectionConfiguration) async throws -> Void
  ) async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      try await connection.executeScript(
        "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE PUBLICATION everything FOR ALL TABLES")
      var replicating = configuration
      replicating.options = options
      let replication = try await ReplicationConnection.connect(replicating, logger: testLogger())
      try await body(connection, replication, configuration)
      await replication.close()
      await connection.close()
    }
  }

  /// The kinds of pgoutput messages ('B', 'I', 'C'…), and the batches, until `count` messages of the kind have come.
  private func receive(_ kind: Character, count: Int, from stream: ReplicationStream) async throws -> (kinds: [Character], end: LSN) {
    try await within(.seconds(20), "\(count) messages \(kind)") {
      var kinds: [Character] = []
      var end = LSN.zero
      while kinds.count(where: { $0 == kind }) < count {
        guard let batch = try await stream.next() else { break }
        for message in batch.messages {
          kinds.append(batch.withPayload(of: message) { Character(Unicode.Scalar($0[0])) })
          if message.walStart > end { end = message.walStart }
        }
      }
      return (kinds, end)
    }
  }

  @Test func identifiesTheSystem() async throws {
    try await withPublication { connection, replication, configuration in
      let identity = try await replication.identifySystem()
      let row = try await connection.query("SELECT system_identifier::text FROM pg_control_system()").single()
      #expect(try identity.systemID == row[0, as: String.self])
      #expect(identity.timeline >= 1)
      #expect(identity.walFlush > .zero)
      #expect(identity.database == configuration.database)
      #expect(try await replication.query("SHOW wal_level").single()[0, as: String.self] == "logical")
    }
  }

  @Test func streamsWhatIsCommittedAfterTheSnapshot() async throws {
    try await withPublication { connection, replication, configuration in
      try await connection.execute("INSERT INTO t VALUES (1, 'before')")
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      try await connection.execute("INSERT INTO t VALUES (2, 'after'), (3, NULL)")

      // The exported snapshot shows exactly what the stream does not.
      let reader = try await Connection.connect(configuration, logger: testLogger())
      #expect(slot.snapshotName != nil)
      let options = TransactionOptions(isolation: .repeatableRead, isReadOnly: true, snapshot: slot.snapshotName)
      let seen = try await reader.transaction(options) { try await $0.query("SELECT id FROM t").map { try $0[0, as: Int.self] } }
      #expect(seen == [1])
      await reader.close()

      let stream = try await replication.startReplication(slot: slot.name, options: Self.options)
      let (kinds, end) = try await receive("C", count: 1, from: stream)
      #expect(String(kinds) == "BRIIC")
      #expect(end > slot.consistentPoint)
      await stream.close()
      #expect(!replication.isOpen)
      // Closing waits until the server has let go of the slot.
      try await connection.execute("SELECT pg_drop_replication_slot(\(slot.name))")
    }
  }

  @Test func confirmingMovesTheSlotForwardOnly() async throws {
    try await withPublication { connection, replication, _ in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"), snapshot: .nothing)
      #expect(slot.snapshotName == nil)
      let stream = try await replication.startReplication(
        slot: slot.name, from: slot.consistentPoint, options: Self.options, statusInterval: .milliseconds(50))
      try await connection.execute("INSERT INTO t VALUES (1, '')")
      let (_, end) = try await receive("C", count: 1, from: stream)
      stream.confirm(end)
      stream.confirm(slot.consistentPoint)
      #expect(stream.confirmedLSN == end)
      func confirmed() async throws -> LSN {
        try await connection.query("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = \(slot.name)").single()[
          0, as: LSN.self]
      }
      try await eventually("the slot's new position") { try await confirmed() == end }

      // The last confirmation goes out with the close, whatever the interval is.
      try await connection.execute("INSERT INTO t VALUES (2, '')")
      let (_, next) = try await receive("C", count: 1, from: stream)
      stream.confirm(next)
      await stream.close()
      #expect(try await confirmed() == next)
      #expect(try await stream.next() == nil)
    }
  }

  @Test func reportsOnTimeWhileNobodyReads() async throws {
    try await withPublication(options: ["wal_sender_timeout": "1s"]) { connection, replication, _ in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      var options = StreamOptions(statusInterval: .seconds(60))
      // So little room that the socket, too, is full for most of the time.
      options.maxBufferedBytes = 1
      options.maxBatchMessages = 10
      let stream = try await replication.startReplication(slot: slot.name, from: .zero, options: Self.options, stream: options)
      #expect(stream.statusInterval <= .milliseconds(334))
      try await connection.execute("INSERT INTO t SELECT g, repeat('x', 500) FROM generate_series(1, 40000) g")
      let started = ContinuousClock.now
      try await eventually(within: .seconds(20), "three times the timeout") {
        let rows = try await connection.query("SELECT active FROM pg_replication_slots WHERE slot_name = \(slot.name)")
        #expect(try rows.single()["active", as: Bool.self])
        return started.duration(to: .now) > .seconds(3)
      }
      let (kinds, _) = try await receive("C", count: 1, from: stream)
      #expect(kinds.count { $0 == "I" } == 40_000)
      await stream.close()
    }
  }

  @Test func keepalivesTellHowFarAnIdleDatabaseIs() async throws {
    try await withPublication(options: ["wal_sender_timeout": "1s"]) { connection, replication, configuration in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      let stream = try await replication.startReplication(slot: slot.name, options: Self.options, statusInterval: .milliseconds(50))
      // WAL that concerns no published table.
      try await connection.executeScript("CREATE UNLOGGED TABLE quiet (id int); SELECT pg_switch_wal()")
      let target = try await connection.query("SELECT pg_current_wal_lsn()").single()[0, as: LSN.self]
      try await within(.seconds(20), "a keepalive beyond \(target)") {
        while let batch = try await stream.next() {
          #expect(!batch.messages.isEmpty || batch.keepalive != nil)
          guard let keepalive = batch.keepalive else { continue }
          stream.confirm(keepalive)
          if keepalive >= target { return }
        }
      }
      try await eventually("the slot's new position") {
        try await connection.query("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = \(slot.name)").single()[
          0, as: LSN.self]
          >= target
      }
      await stream.close()
    }
  }

  @Test func aKilledWalsenderEndsTheStreamWithAnError() async throws {
    try await withPublication { connection, replication, _ in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      let stream = try await replication.startReplication(slot: slot.name, options: Self.options)
      try await connection.execute("INSERT INTO t VALUES (1, 'x')")
      try await eventually("the slot in use") {
        try await connection.query("SELECT active FROM pg_replication_slots WHERE slot_name = \(slot.name)").single()[0, as: Bool.self]
      }
      _ = try await receive("C", count: 1, from: stream)
      try await connection.execute("SELECT pg_terminate_backend(\(replication.backendPID)::int)")
      let error = try await postgresError {
        try await within(.seconds(10)) { while try await stream.next() != nil {} }
      }
      #expect(error.classification == .connection)
      await stream.close()
    }
  }

  @Test func cancellingTheReceiverLeavesTheStream() async throws {
    try await withPublication { connection, replication, _ in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      let stream = try await replication.startReplication(slot: slot.name, options: Self.options)
      let waiting = Task { while try await stream.next()?.messages.isEmpty == true {} }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      try await connection.execute("INSERT INTO t VALUES (1, 'x')")
      let (kinds, _) = try await receive("C", count: 1, from: stream)
      #expect(kinds.contains("I"))
      await stream.close()
    }
  }

  @Test func errorsAtTheStartAreTold() async throws {
    try await withPublication { connection, replication, configuration in
      let missing = try await postgresError { _ = try await replication.startReplication(slot: "no_such_slot", options: Self.options) }
      #expect(missing.sqlState == .undefinedObject)
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"))
      let twice = try await postgresError { _ = try await replication.createLogicalSlot(name: slot.name) }
      #expect(twice.sqlState == .duplicateObject)
      let stream = try await replication.startReplication(slot: slot.name, options: Self.options)
      let busy = try await postgresError { _ = try await replication.query("SHOW wal_level") }
      #expect(busy.origin == .misuse)
      let second = try await ReplicationConnection.connect(configuration, logger: testLogger())
      let inUse = try await postgresError { _ = try await second.startReplication(slot: slot.name, options: Self.options) }
      #expect(inUse.sqlState == .objectInUse)
      #expect(inUse.classification == .retriable)
      await stream.close()
      try await second.dropSlot(name: slot.name, wait: true)
      let gone = try await postgresError { try await second.dropSlot(name: slot.name) }
      #expect(gone.sqlState == .undefinedObject)
      await second.close()
      _ = connection
    }
  }

  @Test func aRoleWithoutReplicationIsToldSo() async throws {
    try await withTestDatabase { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let role = uniqueName("role")
      try await connection.execute("CREATE ROLE \(identifier: role) LOGIN")
      var other = configuration
      other.user = role
      let error = try await postgresError { _ = try await ReplicationConnection.connect(other, logger: testLogger()) }
      #expect(error.classification == .permanent)
      #expect(error.sqlState == .insufficientPrivilege)
      try await connection.execute("DROP ROLE \(identifier: role)")
      await connection.close()
    }
  }

  @Test func temporarySlotsGoWithTheirConnection() async throws {
    try await withPublication { connection, replication, _ in
      let slot = try await replication.createLogicalSlot(name: uniqueName("slot"), temporary: true)
      #expect(try await connection.query("SELECT 1 FROM pg_replication_slots WHERE slot_name = \(slot.name) AND temporary").count == 1)
      await replication.close()
      try await eventually("the end of the slot") {
        try await connection.query("SELECT 1 FROM pg_replication_slots WHERE slot_name = \(slot.name)").isEmpty
      }
    }
  }
}
