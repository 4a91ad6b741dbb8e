import Foundation
import Postgres
import Runtime
import Synchronization
import TestSupport

/// A primary and a physical standby that keeps its failover slots, both of the newest PostgreSQL.
final class FailoverCluster: Sendable {
  /// The address under which clients know the primary, whichever server that is.
  let configuration: ConnectionConfiguration
  private let primary: LocalPostgres
  /// The one that lives on: the standby, promoted later. Its folder is locked while this holds it.
  private let standby: Mutex<LocalPostgres?>
  private let standbyPort: Int
  private let standbySettings: LocalPostgresConfiguration

  private struct Failed: Error, CustomStringConvertible {
    var description: String
  }

  private init(primary: LocalPostgres, standby: LocalPostgres, standbySettings: LocalPostgresConfiguration) {
    self.primary = primary
    self.standby = Mutex(standby)
    standbyPort = standby.port
    self.standbySettings = standbySettings
    configuration = ConnectionConfiguration(host: "127.0.0.1", port: primary.port, user: primary.superuser, database: "postgres")
  }

  static func start() async throws -> FailoverCluster {
    guard let binaries = ProcessInfo.processInfo.environment["SLUICE_TEST_POSTGRES_NEWEST"] else {
      throw Failed(description: "SLUICE_TEST_POSTGRES_NEWEST is not set")
    }
    let common = LocalPostgresConfiguration.logicalReplication.merging(["fsync": "off", "wal_receiver_status_interval": "1"]) { $1 }
    let primary = try await LocalPostgres.start(
      LocalPostgresConfiguration(
        folder: "/tmp/\(uniqueName("sluice_primary"))", authentication: .trust,
        settings: common.merging(["synchronized_standby_slots": "standby"]) { $1 }, binaries: binaries, endsWithProcess: true,
        removesFolder: true), logger: testLogger())
    let connection = try await Connection.connect(
      ConnectionConfiguration(host: "127.0.0.1", port: primary.port, user: primary.superuser, database: "postgres"), logger: testLogger())
    _ = try await connection.query("SELECT pg_create_physical_replication_slot('standby')")
    await connection.close()

    let folder = "/tmp/\(uniqueName("sluice_standby"))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    try run(
      "\(binaries)/pg_basebackup",
      ["-h", "127.0.0.1", "-p", "\(primary.port)", "-U", primary.superuser, "-D", "\(folder)/data", "-X", "stream", "-c", "fast"])
    guard FileManager.default.createFile(atPath: "\(folder)/data/standby.signal", contents: nil) else {
      throw Failed(description: "standby.signal cannot be written")
    }
    if geteuid() == 0 { try run("/bin/chown", ["-R", "postgres", "\(folder)/data"]) }
    let settings = LocalPostgresConfiguration(
      folder: folder, authentication: .trust,
      settings: common.merging([
        "primary_conninfo": "host=127.0.0.1 port=\(primary.port) user=\(primary.superuser) dbname=postgres", "primary_slot_name": "standby",
        "hot_standby_feedback": "on", "sync_replication_slots": "on",
      ]) { $1 }, binaries: binaries, endsWithProcess: true, removesFolder: false)
    let standby = try await LocalPostgres.start(settings, logger: testLogger())
    return FailoverCluster(primary: primary, standby: standby, standbySettings: settings)
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(description: "\(program) failed with \(process.terminationStatus)") }
  }

  private func onStandby<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
    var place = configuration
    place.port = standbyPort
    let connection = try await Connection.connect(place, logger: testLogger())
    let result: Result<Value, any Error>
    do { result = .success(try await body(connection)) } catch { result = .failure(error) }
    await connection.close()
    return try result.get()
  }

  /// Until the standby's copy of the slot would survive the primary.
  func waitForSlot(_ name: String) async throws {
    try await onStandby { connection in
      try await eventually(within: .seconds(60), "the slot on the standby") {
        try await !connection.query(
          "SELECT FROM pg_replication_slots WHERE slot_name = \(name) AND synced AND NOT temporary AND invalidation_reason IS NULL"
        ).isEmpty
      }
    }
  }

  /// Until the standby has all that is committed.
  func waitForReplay(_ connection: Connection) async throws {
    try await eventually(within: .seconds(30), "the standby's replay") {
      try await !connection.query("SELECT FROM pg_stat_replication WHERE application_name <> '' AND replay_lsn >= pg_current_wal_lsn()")
        .isEmpty
    }
  }

  /// The primary is gone without a word; the standby takes its place and its address.
  func failOver() async throws {
    try await primary.stop(.immediate)
    _ = try await onStandby { try await $0.query("SELECT pg_promote()") }
    try await stop()
    var settings = standbySettings
    settings.port = configuration.port
    settings.settings["synchronized_standby_slots"] = ""
    settings.removesFolder = true
    let server = try await LocalPostgres.start(settings, logger: testLogger())
    standby.withLock { $0 = server }
  }

  func stop() async throws {
    let server = standby.withLock { server in
      defer { server = nil }
      return server
    }
    try await server?.stop()
  }
}
