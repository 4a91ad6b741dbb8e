import Foundation
import Logging
import Postgres
import Runtime

/// The servers of one benchmark, in a temporary folder: a PostgreSQL with the databases `sluice_write` and `sluice_read`, and a broker.
public final class Workbench: Sendable {
  /// Everything that is written goes here; it is removed at the end, unless the benchmark fails: then the logs stay.
  public let folder: URL
  /// The write and the read database's server.
  public let postgres: LocalPostgres
  /// Kafka.
  public let broker: Broker
  /// Errors alone.
  public let logger: Logger
  private let binary: URL

  private init(folder: URL, binary: URL, postgres: LocalPostgres, broker: Broker, logger: Logger) {
    self.folder = folder
    self.binary = binary
    self.postgres = postgres
    self.broker = broker
    self.logger = logger
  }

  /// Settings that keep checkpoints out of what is measured; durability is PostgreSQL's default.
  private static let settings = LocalPostgresConfiguration.logicalReplication.merging(
    [
      "max_connections": "200", "shared_buffers": "512MB", "max_wal_size": "16GB", "checkpoint_timeout": "30min",
      "max_replication_slots": "40", "max_wal_senders": "40",
    ]) { $1 }

  /// Starts the servers, runs `body`, and stops everything in order, whatever becomes of `body`.
  public static func with(
    topics: [String], partitions: Int, _ body: (Workbench) async throws -> Void
  ) async throws {
    let binary = try SluiceBinary.locate()
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let folder = try TemporaryFolder.make()
    var outcome = Result<Void, any Error>.success(())
    do {
      let postgres = try await LocalPostgres.start(
        LocalPostgresConfiguration(
          folder: folder.appendingPathComponent("postgres").path, authentication: .trust, settings: settings, endsWithProcess: true,
          removesFolder: true), logger: logger)
      do {
        let broker = try await Broker.start(binary: binary, folder: folder, topics: topics, partitions: partitions)
        let bench = Workbench(folder: folder, binary: binary, postgres: postgres, broker: broker, logger: logger)
        do {
          try bench.writeConfiguration()
          try await bench.makeDatabases()
          try await body(bench)
        } catch { outcome = .failure(error) }
        // Not to be cut short by a cancelled task.
        await Task { await broker.stop() }.value
      } catch { outcome = .failure(error) }
      try await Task { try await postgres.stop() }.value
    } catch { outcome = .failure(error) }
    switch outcome {
    case .success: try? FileManager.default.removeItem(at: folder)
    case .failure(is CancellationError): try? FileManager.default.removeItem(at: folder)
    case .failure: Benchmark.say("the daemons' logs are in \(folder.path)")
    }
    try outcome.get()
  }

  // MARK: Databases

  /// The write database.
  public static let writeDatabase = "sluice_write"
  /// The read database.
  public static let readDatabase = "sluice_read"

  /// How to connect to a database.
  public func database(_ name: String) -> ConnectionConfiguration {
    var result = ConnectionConfiguration(host: "127.0.0.1", port: postgres.port, user: postgres.superuser, password: nil, database: name)
    result.applicationName = "benchmark"
    return result
  }

  /// A connection to a database; the caller closes it.
  public func connect(_ name: String) async throws -> Connection { try await Connection.connect(database(name), logger: logger) }

  /// Runs `body` with a connection to a database.
  public func withConnection<Value>(_ name: String, _ body: (Connection) async throws -> Value) async throws -> Value {
    let connection = try await connect(name)
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Drops the read database and makes it anew, and writes a checkpoint, so that each run begins alike.
  public func renewReadDatabase() async throws {
    try await withConnection("postgres") { connection in
      let server = ServerAdministration(connection)
      try await server.dropDatabase(Self.readDatabase)
      try await server.ensureDatabase(Self.readDatabase, owner: postgres.superuser)
      try await connection.execute("CHECKPOINT")
    }
  }

  private func makeDatabases() async throws {
    try await withConnection("postgres") { connection in
      for name in [Self.writeDatabase, Self.readDatabase] {
        try await ServerAdministration(connection).ensureDatabase(name, owner: postgres.superuser)
      }
    }
  }

  // MARK: Daemons

  private var configurationFile: URL { folder.appendingPathComponent("sluice.yaml") }

  private func writeConfiguration() throws {
    let database = "host: 127.0.0.1, port: \(postgres.port), user: \(postgres.superuser), database:"
    let text = """
      kafka:
        bootstrap_servers: "\(broker.servers)"
      write:
        database: { \(database) \(Self.writeDatabase) }
      read:
        database: { \(database) \(Self.readDatabase) }
      """
    try Data((text + "\n").utf8).write(to: configurationFile)
  }

  /// One of Sluice's daemons, not started yet; its log is `<name>.log`.
  public func daemon(_ name: String, _ subcommand: String, _ arguments: [String]) -> ManagedProcess {
    ManagedProcess(
      name: name, executable: binary, arguments: [subcommand, "--config", configurationFile.path] + arguments,
      logFile: folder.appendingPathComponent("\(name).log"))
  }

  /// Arguments of `capture` besides the connectors.
  public func captureArguments(listen: String) -> [String] {
    ["--set", "capture.listen=\(listen)", "--set", "capture.offsets_folder=\(folder.appendingPathComponent("offsets").path)"]
  }

  /// Waits until a daemon is ready.
  ///
  /// - Throws: ``BenchmarkFailure`` where it ends, or takes longer than 30 s.
  public func waitUntilReady(_ process: ManagedProcess, _ probe: DaemonProbe) async throws {
    try await waitUntil("\(process.name) becomes ready", within: .seconds(30), every: .milliseconds(20)) {
      if let exit = process.exit { throw BenchmarkFailure("\(process.name) ended (\(exit)); its log is \(process.logFile.path)") }
      return await probe.isReady()
    }
  }

  /// Stops a daemon in order.
  ///
  /// - Throws: ``BenchmarkFailure`` where it does not end with 0.
  public func stop(_ process: ManagedProcess) async throws {
    let exit = await process.stop(within: .seconds(30))
    guard exit == .code(0) else {
      throw BenchmarkFailure("\(process.name) ended with \(exit.map { "\($0)" } ?? "nothing"); its log is \(process.logFile.path)")
    }
  }
}
