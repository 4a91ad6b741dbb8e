import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

@Suite struct LocalPostgresTests {
  private func configuration(_ folder: String) -> LocalPostgresConfiguration {
    var settings = LocalPostgresConfiguration.logicalReplication
    settings["fsync"] = "off"
    settings["shared_buffers"] = "1MB"
    return LocalPostgresConfiguration(folder: folder, settings: settings, endsWithProcess: true)
  }

  @Test func keepsDataAndPasswordFromStartToStart() async throws {
    let folder = "/tmp/\(uniqueName("sluice_test_local"))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try await LocalPostgres.start(configuration(folder), logger: testLogger())
    let password = try #require(first.password)
    let attributes = try FileManager.default.attributesOfItem(atPath: first.folder + "/password")
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    #expect(!first.url.contains(password))

    var database = try ConnectionConfiguration(url: first.url)
    let refused = try await postgresError { _ = try await Connection.connect(database, logger: testLogger()) }
    #expect(refused.sqlState == .invalidPassword)
    database.password = Secret(password)
    let connection = try await Connection.connect(database, logger: testLogger())
    try await connection.execute("CREATE TABLE t (id int)")
    #expect(try await connection.query("SHOW wal_level").single()[0, as: String.self] == "logical")
    await connection.close()

    let busy = await #expect(throws: LocalPostgresError.self) {
      _ = try await LocalPostgres.start(configuration(folder), logger: testLogger())
    }
    #expect(busy?.reason.contains("another process") == true)
    var samePort = configuration(folder + "_other")
    samePort.port = first.port
    defer { try? FileManager.default.removeItem(atPath: folder + "_other") }
    let taken = await #expect(throws: LocalPostgresError.self) { _ = try await LocalPostgres.start(samePort, logger: testLogger()) }
    #expect(taken?.reason.contains("port \(first.port)") == true)

    try await first.stop()
    try await first.stop()
  }

  @Test func aServerThatWasLeftBehindIsReplaced() async throws {
    let folder = "/tmp/\(uniqueName("sluice_test_local"))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = configuration(folder)
    settings.authentication = .trust
    settings.endsWithProcess = false
    var port = 0
    do {
      // Forgotten without a stop, as by a process that was killed: the lock is free, the server runs.
      port = try await LocalPostgres.start(settings, logger: testLogger()).port
    }
    settings.settings["max_connections"] = "17"
    let second = try await LocalPostgres.start(settings, logger: testLogger())
    let connection = try await Connection.connect(try ConnectionConfiguration(url: second.url), logger: testLogger())
    #expect(try await connection.query("SHOW max_connections").single()[0, as: String.self] == "17")
    await connection.close()
    #expect(second.port != port || second.port > 0)
    try await second.stop()
  }

  @Test func errorsSayWhatToDo() async throws {
    let folder = "/tmp/\(uniqueName("sluice_test_local"))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var wrong = configuration(folder)
    wrong.authentication = .trust
    wrong.settings["wal_level"] = "sometimes"
    let setting = await #expect(throws: LocalPostgresError.self) { _ = try await LocalPostgres.start(wrong, logger: testLogger()) }
    #expect(setting?.reason.contains("wal_level") == true)
    #expect(setting?.reason.contains("\n") == false)
    wrong.settings = ["no good": "1"]
    let name = await #expect(throws: LocalPostgresError.self) { _ = try await LocalPostgres.start(wrong, logger: testLogger()) }
    #expect(name?.reason.contains("no good") == true)
    wrong.binaries = "/nonexistent"
    let binaries = await #expect(throws: LocalPostgresError.self) { _ = try await LocalPostgres.start(wrong, logger: testLogger()) }
    #expect(binaries?.reason.contains("/nonexistent") == true)
  }

  @Test(.enabled(if: geteuid() == 0, "only root drops to another account"))
  func asRootAFolderThatTheAccountCannotReachIsReplaced() async throws {
    let hidden = "/tmp/\(uniqueName("sluice_test_hidden"))"
    try FileManager.default.createDirectory(atPath: hidden, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: hidden) }
    var settings = configuration(hidden + "/server")
    settings.authentication = .trust
    settings.removesFolder = true
    let server = try await LocalPostgres.start(settings, logger: testLogger())
    #expect(server.folder.hasPrefix("/var/lib/sluice/server-"))
    try await server.stop()
    #expect(!FileManager.default.fileExists(atPath: server.folder))
  }
}
