import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

@testable import Capture

/// What is wrong at the start is said in one line, with an exit code that tells whose turn it is.
@Suite struct PreflightTests {
  private func start(
    _ configuration: ConnectorConfiguration, offsets: any OffsetStore = MemoryOffsetStore()
  ) async throws -> CaptureError? {
    let engine = CaptureEngine(configuration: configuration, sink: CollectingSink(), offsets: offsets, logger: testLogger())
    let error = await #expect(throws: CaptureError.self) { try await within(.seconds(30)) { try await engine.run() } }
    if let error { #expect(!error.description.contains("\n")) }
    return error
  }

  @Test func aMissingTable() async throws {
    try await withTestDatabase { database in
      let error = try await start(try CaptureRun.configuration(database, ["table.include.list": "public.nope"]))
      #expect(error?.exitCode == 78)
      #expect(error?.description.contains("public.nope") == true)
    }
  }

  @Test func aMissingPublication() async throws {
    try await withTestDatabase { database in
      let error = try await start(
        try CaptureRun.configuration(database, ["publication.autocreate.mode": "disabled", "publication.name": "mine"]))
      #expect(error?.exitCode == 78)
      #expect(error?.description.contains("\"mine\"") == true)
    }
  }

  @Test func aRoleWithoutReplication() async throws {
    try await withTestDatabase { database in
      let role = uniqueName("plain")
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE ROLE \(identifier: role) LOGIN PASSWORD \(literal: "secret")")
      var plain = database
      plain.user = role
      plain.password = "secret"
      let error = try await start(try CaptureRun.configuration(plain))
      #expect(error?.exitCode == 78)
      #expect(error?.description.contains("REPLICATION") == true)
      #expect(error?.description.contains("secret") == false)
      try await connection.execute("DROP ROLE \(identifier: role)")
      await connection.close()
    }
  }

  @Test func aMissingDatabase() async throws {
    var database = try await TestPostgres.shared.configuration()
    database.database = "nowhere"
    let error = try await start(try CaptureRun.configuration(database))
    #expect(error?.exitCode == 78)
    #expect(error?.description.contains("nowhere") == true)
  }

  @Test func nobodyListens() async throws {
    let database = ConnectionConfiguration(host: "127.0.0.1", port: 1, user: "kim", database: "shop")
    let error = try await start(try CaptureRun.configuration(database))
    #expect(error?.exitCode == 1)
    #expect(error?.description.contains("127.0.0.1:1") == true)
  }

  @Test func aSlotThatIsGone() async throws {
    try await withTestDatabase { database in
      let configuration = try CaptureRun.configuration(database)
      let offsets = MemoryOffsetStore()
      let first = CaptureEngine(configuration: configuration, sink: CollectingSink(), offsets: offsets, logger: testLogger())
      try await CaptureRun.with(first) { try await CaptureRun.streaming(first) }
      let connection = try await Connection.connect(database, logger: testLogger())
      try await eventually("the slot's release") {
        try await SlotKeeper(name: configuration.slotName, connection: connection).state()?.isActive == false
      }
      _ = try await connection.query("SELECT pg_drop_replication_slot(\(configuration.slotName))")
      await connection.close()
      let error = try await start(configuration, offsets: offsets)
      #expect(error?.exitCode == 1)
      #expect(error?.description.contains("does not exist") == true)
    }
  }

  @Test func aSlotThatSomebodyReads() async throws {
    try await withTestDatabase { database in
      let configuration = try CaptureRun.configuration(database)
      let first = CaptureEngine(
        configuration: configuration, sink: CollectingSink(), offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(first) {
        try await CaptureRun.streaming(first)
        let error = try await start(try CaptureRun.configuration(database, ["slot.max.retries": "2", "slot.retry.delay.ms": "10"]))
        #expect(error?.exitCode == 1)
        #expect(error?.description.contains("another process") == true)
      }
    }
  }

  @Test func anUnsuitableWALLevel() async throws {
    let server = try await LocalPostgres.start(
      LocalPostgresConfiguration(
        folder: "/tmp/\(uniqueName("sluice_replica"))", authentication: .trust, settings: ["wal_level": "replica", "fsync": "off"],
        endsWithProcess: true, removesFolder: true), logger: testLogger())
    let database = ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
    let error = try await start(try CaptureRun.configuration(database))
    #expect(error?.exitCode == 78)
    #expect(error?.description.contains("\"replica\"") == true)
    try await server.stop()
  }

  @Test func aKeyOutsideOfTheIdentityIsNotAnError() async throws {
    try await withTestDatabase { database in
      let connection = try await Connection.connect(database, logger: testLogger())
      try await connection.execute("CREATE TABLE t (id int PRIMARY KEY, parent int NOT NULL)")
      let sink = CollectingSink()
      let engine = CaptureEngine(
        configuration: try CaptureRun.configuration(database, ["message.key.columns": "public.t:parent", "snapshot.mode": "no_data"]),
        sink: sink, offsets: MemoryOffsetStore(), logger: testLogger())
      try await CaptureRun.with(engine) {
        try await CaptureRun.streaming(engine)
        try await connection.execute("INSERT INTO t VALUES (1, 2)")
        try await eventually("the record") { sink.lines.count == 1 }
      }
      #expect(sink.lines.first?.contains(#""key":{"parent":2}"#) == true)
      await connection.close()
    }
  }
}
