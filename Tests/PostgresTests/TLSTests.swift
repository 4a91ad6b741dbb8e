import Foundation
import Postgres
import Runtime
import TestSupport
import Testing

/// A server of its own with a certificate made on the spot.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the program openssl"))
struct TLSTests {
  private func withEncryptedServer(_ body: (ConnectionConfiguration) async throws -> Void) async throws {
    let folder = "/tmp/\(uniqueName("sluice_test_tls"))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sluice-test", "-addext", "subjectAltName=IP:127.0.0.1",
      "-keyout", folder + "/key.pem", "-out", folder + "/certificate.pem",
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    try #require(openssl.terminationStatus == 0)
    var attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
    if geteuid() == 0 { attributes[.ownerAccountName] = "postgres" }
    try FileManager.default.setAttributes(attributes, ofItemAtPath: folder + "/key.pem")

    var settings = LocalPostgresConfiguration.logicalReplication
    settings["fsync"] = "off"
    settings["ssl"] = "on"
    settings["ssl_cert_file"] = folder + "/certificate.pem"
    settings["ssl_key_file"] = folder + "/key.pem"
    let server = try await LocalPostgres.start(
      LocalPostgresConfiguration(
        folder: folder + "/server", authentication: .trust, settings: settings, endsWithProcess: true, removesFolder: true),
      logger: testLogger())
    var configuration = try ConnectionConfiguration(url: server.url)
    configuration.tls = TLSConfiguration(mode: .verifyFull, rootCertificate: folder + "/certificate.pem")
    do { try await body(configuration) } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  @Test func everythingWorksEncryptedAndVerified() async throws {
    try await withEncryptedServer { configuration in
      let connection = try await Connection.connect(configuration, logger: testLogger())
      let row = try await connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").single()
      #expect(try row[0, as: Bool.self])

      // Records of TLS are larger than what one read of libpq takes: nothing may be left lying in OpenSSL.
      let large = String(repeating: "x", count: 3_000_000)
      for size in [1, 8191, 8192, 16_383, 16_384, 16_385, 100_000] {
        let text = try await connection.query("SELECT left(\(large), \(Int32(size)))").single()[0, as: String.self]
        #expect(text.utf8.count == size)
      }
      let answers = try await connection.pipeline((0..<20).map { _ in "SELECT \(large)::text" }, timeout: .seconds(30))
      #expect(try answers.allSatisfy { try $0.get().single()[0, as: String.self].utf8.count == 3_000_000 })

      try await connection.executeScript("CREATE TABLE t (id int, a text); CREATE PUBLICATION everything FOR ALL TABLES")
      let replication = try await ReplicationConnection.connect(configuration, logger: testLogger())
      let slot = try await replication.createLogicalSlot(name: "tls", temporary: true)
      let stream = try await replication.startReplication(
        slot: slot.name, options: [("proto_version", "1"), ("publication_names", "everything")])
      try await connection.execute("INSERT INTO t SELECT g, repeat('x', g % 30000) FROM generate_series(1, 3000) g")
      let inserts = try await within(.seconds(30), "3000 inserts") {
        var inserts = 0
        while let batch = try await stream.next() {
          inserts += batch.messages.count { message in batch.withPayload(of: message) { $0[0] == UInt8(ascii: "I") } }
          if inserts >= 3000 { break }
        }
        return inserts
      }
      #expect(inserts == 3000)
      await stream.close()
      await connection.close()
    }
  }

  @Test func anUnknownCertificateIsRefused() async throws {
    try await withEncryptedServer { configuration in
      var wrong = configuration
      wrong.host = "localhost"
      let name = try await postgresError { _ = try await Connection.connect(wrong, logger: testLogger()) }
      #expect(name.classification == .permanent)
      wrong = configuration
      wrong.tls.rootCertificate = "/nonexistent.pem"
      let missing = try await postgresError { _ = try await Connection.connect(wrong, logger: testLogger()) }
      #expect(missing.classification == .permanent)
      #expect(missing.description.contains("/nonexistent.pem"))
      // Without TLS where nobody asks for it.
      wrong.tls = TLSConfiguration(mode: .disable)
      let plain = try await Connection.connect(wrong, logger: testLogger())
      let row = try await plain.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").single()
      #expect(try !row[0, as: Bool.self])
      await plain.close()
    }
  }
}
