import BenchmarkSupport
import Foundation
import Kafka
import Logging
import Postgres
import Runtime

/// The servers that the experiment ill-treats: a PostgreSQL for the write side, one for the read side on a disk that can be filled, and a
/// broker; and the daemons over them.
final class Stage: Sendable {
  let folder: URL
  let source: RestartableServer
  let read: RestartableServer
  let broker: BrokerProcess
  let topics: [String]
  let partitions: Int
  /// nil where a full disk cannot be staged.
  let disk: SmallDisk?
  let admin: Admin
  let logger: Logger
  private let binary: URL

  static let writeDatabase = "sluice_write"
  static let readDatabase = "sluice_read"
  /// The shortest session of a group's member that the broker takes, milliseconds.
  static let session = 6000

  private init(
    folder: URL, source: RestartableServer, read: RestartableServer, broker: BrokerProcess, topics: [String], partitions: Int,
    disk: SmallDisk?, binary: URL, logger: Logger
  ) throws {
    self.folder = folder
    self.source = source
    self.read = read
    self.broker = broker
    self.topics = topics
    self.partitions = partitions
    self.disk = disk
    self.binary = binary
    self.logger = logger
    var configuration = AdminConfiguration(bootstrapServers: broker.servers)
    configuration.timeout = .seconds(10)
    admin = try Admin(configuration: configuration, logger: logger)
  }

  /// Starts the servers, runs `body`, and stops everything, whatever becomes of `body`.
  static func with(topics: [String], partitions: Int, _ body: (Stage) async throws -> Void) async throws {
    var logger = Logger(label: "chaos")
    // That servers go away is the plan.
    logger.logLevel = .critical
    let binary = try SluiceBinary.locate()
    try await TemporaryFolder.with { folder in
      let disk = SmallDisk.mount(at: folder.appendingPathComponent("disk"), megabytes: 1500)
      defer { disk?.unmount() }
      let settings = ["max_connections": "100", "shared_buffers": "128MB", "max_wal_size": "256MB"]
      let source = try await RestartableServer.start(folder: folder.appendingPathComponent("write"), settings: settings, logger: logger)
      var outcome = Result<Void, any Error>.success(())
      do {
        let readFolder = (disk?.folder ?? folder).appendingPathComponent("read")
        let read = try await RestartableServer.start(folder: readFolder, settings: settings, logger: logger)
        do {
          let broker = try BrokerProcess(
            binary: binary, folder: folder, topics: topics, partitions: partitions)
          try await broker.start()
          let stage = try Stage(
            folder: folder, source: source, read: read, broker: broker, topics: topics, partitions: partitions, disk: disk,
            binary: binary, logger: logger)
          do {
            try stage.writeConfiguration()
            try await stage.makeDatabases()
            try await body(stage)
          } catch { outcome = .failure(error) }
          await Task { try? await broker.stop() }.value
        } catch { outcome = .failure(error) }
        await Task { try? await read.stop() }.value
      } catch { outcome = .failure(error) }
      await Task { try? await source.stop() }.value
      try outcome.get()
    }
  }

  // MARK: Databases

  func writeConnection() async throws -> Connection { try await source.connect(Self.writeDatabase) }
  func readConnection() async throws -> Connection { try await read.connect(Self.readDatabase) }

  /// Runs `body` with a connection that is closed afterwards.
  @discardableResult
  func with<Value>(_ connection: Connection, _ body: (Connection) async throws -> Value) async throws -> Value {
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  private func makeDatabases() async throws {
    for (server, name) in [(source, Self.writeDatabase), (read, Self.readDatabase)] {
      try await with(try await server.connect()) {
        try await ServerAdministration($0).ensureDatabase(name, owner: server.configuration.user)
      }
    }
  }

  // MARK: Daemons

  private func writeConfiguration() throws {
    func database(_ server: RestartableServer, _ name: String) -> String {
      "{ host: 127.0.0.1, port: \(server.configuration.port), user: \(server.configuration.user), database: \(name) }"
    }
    let text = """
      kafka:
        bootstrap_servers: "\(broker.servers)"
      write:
        database: \(database(source, Self.writeDatabase))
      read:
        database: \(database(read, Self.readDatabase))
      """
    try Data((text + "\n").utf8).write(to: folder.appendingPathComponent("sluice.yaml"))
  }

  /// One of Sluice's daemons, not started yet; its log is `<name>.log`.
  func daemon(_ name: String, _ subcommand: String, _ arguments: [String]) -> Daemon {
    Daemon(
      ManagedProcess(
        name: name, executable: binary,
        arguments: [subcommand, "--config", folder.appendingPathComponent("sluice.yaml").path] + arguments,
        logFile: folder.appendingPathComponent("\(name).log")))
  }

  // MARK: Kafka

  /// The ends of all partitions.
  func ends() async throws -> [TopicPartition: Int64] {
    let all = topics.flatMap { topic in (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) } }
    return try await admin.watermarks(for: all).mapValues(\.high)
  }
}
