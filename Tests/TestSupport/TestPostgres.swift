internal import Foundation
public import Postgres
internal import Runtime

/// The PostgreSQL server of the tests: one for each test process, started by the first test that asks, with a folder that goes with the process.
///
/// `SLUICE_TEST_POSTGRES_URL` names another server instead; its role must be a superuser, and `wal_level` be `logical`.
/// `SLUICE_TEST_POSTGRES_BIN` names the folder of another version's programs (`.ci/postgres-version` fetches them).
public actor TestPostgres {
  /// The programs of the servers that tests start where they need no special version; nil for Debian's.
  public static let binaries = ProcessInfo.processInfo.environment["SLUICE_TEST_POSTGRES_BIN"].flatMap { $0.isEmpty ? nil : $0 }
  /// The server of this process: Debian's, or of ``binaries``.
  public static let shared = TestPostgres(
    binaries: binaries, url: ProcessInfo.processInfo.environment["SLUICE_TEST_POSTGRES_URL"].flatMap { $0.isEmpty ? nil : $0 })
  /// A server of the newest version, for what it adds. `SLUICE_TEST_POSTGRES_NEWEST` names the folder of its programs (`.ci/postgres-newest`
  /// fetches them); tests that need it are left out, with that reason, where it is not set.
  public static let newest = TestPostgres(binaries: newestBinaries, url: nil)
  /// Whether ``newest`` can be started.
  public static var hasNewest: Bool { newestBinaries != nil }
  private static let newestBinaries = ProcessInfo.processInfo.environment["SLUICE_TEST_POSTGRES_NEWEST"].flatMap { $0.isEmpty ? nil : $0 }

  private let binaries: String?
  private let url: String?
  private var starting: Task<ConnectionConfiguration, any Error>?
  private var local: LocalPostgres?

  private init(binaries: String?, url: String?) {
    self.binaries = binaries
    self.url = url
  }

  /// Where the server's own database is, as superuser.
  public func configuration() async throws -> ConnectionConfiguration {
    if let starting { return try await starting.value }
    let task = Task { try await start() }
    starting = task
    return try await task.value
  }

  private func start() async throws -> ConnectionConfiguration {
    if let url { return try ConnectionConfiguration(url: url) }
    let server = try await LocalPostgres.start(
      LocalPostgresConfiguration(
        folder: "/tmp/\(uniqueName("sluice_test_postgres"))", authentication: .trust, settings: Self.settings, binaries: binaries,
        endsWithProcess: true, removesFolder: true), logger: testLogger("postgres"))
    // The reference keeps the server's watcher, and with it the server, alive as long as the process.
    local = server
    return ConnectionConfiguration(host: "127.0.0.1", port: server.port, user: server.superuser, database: "postgres")
  }

  /// Nothing in a test server needs to survive a power cut.
  private static let settings = LocalPostgresConfiguration.logicalReplication.merging([
    "fsync": "off", "full_page_writes": "off", "max_connections": "200", "max_wal_senders": "60", "max_replication_slots": "60",
    "max_prepared_transactions": "10", "shared_buffers": "64MB", "max_wal_size": "512MB", "log_min_messages": "warning",
  ]) { $1 }
}

/// Runs a test with a database of its own, which is dropped afterwards together with its replication slots and whoever is still connected.
///
/// - Parameter server: Debian's, or `.newest`.
public func withTestDatabase<Value>(
  on server: TestPostgres = .shared, isolation: isolated (any Actor)? = #isolation, _ body: (ConnectionConfiguration) async throws -> Value
) async throws -> Value {
  let server = try await server.configuration()
  let name = uniqueName("test")
  try await withAdministrator(server) { connection in
    // template0: nobody is ever connected to it, so many tests can copy it at once.
    try await connection.execute("CREATE DATABASE \(identifier: name) TEMPLATE template0 ENCODING 'UTF8'")
  }
  var configuration = server
  configuration.database = name
  let result: Result<Value, any Error>
  do { result = .success(try await body(configuration)) } catch { result = .failure(error) }
  do {
    try await withAdministrator(server) { try await drop(name, $0) }
  } catch {
    // The test's own failure is the more interesting one.
    if case .success = result { throw error }
  }
  return try result.get()
}

private func withAdministrator(_ server: ConnectionConfiguration, _ body: (Connection) async throws -> Void) async throws {
  let connection = try await Connection.connect(server, logger: testLogger("postgres"))
  do { try await body(connection) } catch {
    await connection.close()
    throw error
  }
  await connection.close()
}

private func drop(_ database: String, _ connection: Connection) async throws {
  try await eventually(within: .seconds(20), "the end of the slots of \(database)") {
    let slots = try await connection.query(
      """
      SELECT slot_name, pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = \(database) AND NOT temporary
      """)
    for slot in slots {
      // Active until the terminated walsender is gone: the next round drops it.
      _ = try? await connection.execute("SELECT pg_drop_replication_slot(\(try slot["slot_name", as: String.self]))")
    }
    return slots.isEmpty
  }
  try await connection.execute("DROP DATABASE \(identifier: database) WITH (FORCE)")
}
