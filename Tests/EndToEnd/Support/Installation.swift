import Foundation
import Kafka
import Postgres
import Runtime
import Synchronization
import TestSupport

/// Databases, a broker, topics, a group and ports of one test's own, and the processes that it starts.
final class Installation: Sendable {
  /// Files of this test; removed with it.
  let folder: URL
  /// The database that is captured.
  let write: ConnectionConfiguration
  /// The database of the read models.
  let read: ConnectionConfiguration
  let broker: Broker
  /// `topic.prefix`.
  let prefix: String
  /// The consumer group.
  let group = uniqueName("group")
  private let processes = Mutex<[ProgramRun]>([])

  /// A daemon with its operator's server.
  struct Daemon: Sendable {
    var run: ProgramRun
    var http: HTTPClient
  }

  private init(folder: URL, write: ConnectionConfiguration, read: ConnectionConfiguration, broker: Broker, prefix: String) {
    self.folder = folder
    self.write = write
    self.read = read
    self.broker = broker
    self.prefix = prefix
  }

  /// Runs a test with two databases of the shared server and a broker.
  ///
  /// - Parameter tables: tables of `public` whose topics are made.
  static func with(tables: [String] = [], topics: [String] = [], _ body: (Installation) async throws -> Void) async throws {
    try await withTestDatabase { write in
      try await withTestDatabase { read in
        try await with(write: write, read: read, tables: tables, topics: topics, body)
      }
    }
  }

  /// Runs a test with these databases and a broker; whatever it started is gone afterwards.
  static func with(
    write: ConnectionConfiguration, read: ConnectionConfiguration, tables: [String] = [], topics: [String] = [],
    _ body: (Installation) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      let prefix = uniqueTopic("ledger")
      let topics = tables.map { "\(prefix).public.\($0)" } + topics
      let broker = try await Broker.start(topics: topics, in: folder)
      let installation = Installation(folder: folder, write: write, read: read, broker: broker, prefix: prefix)
      if let process = broker.process { installation.processes.withLock { $0.append(process) } }
      do { try await body(installation) } catch {
        installation.printLogs { $0.tail }
        await installation.end(topics)
        throw error
      }
      await installation.end(topics)
      if ProcessInfo.processInfo.environment["SLUICE_TEST_LOG"] != nil { installation.printLogs { $0.errors } }
    }
  }

  /// Runs a test with a folder, which is removed afterwards.
  static func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(uniqueName("sluice_e2e"))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  /// `<prefix>.public.<table>`.
  func topic(_ table: String) -> String { "\(prefix).public.\(table)" }

  // MARK: Processes

  /// Starts the broker again, after its end, with the data and the address that it had.
  func restartBroker() async throws {
    guard let process = try await broker.restart() else { return }
    processes.withLock { $0.append(process) }
  }

  /// Starts `sluice` with these words.
  func sluice(_ words: [String], environment: [String: String] = [:]) throws -> ProgramRun {
    let run = try ProgramRun(
      words.first ?? "sluice", [try SluiceBinary.path()] + words, in: folder,
      environment: self.environment.merging(environment) { $1 })
    processes.withLock { $0.append(run) }
    return run
  }

  /// Starts `sluice capture`; does not wait.
  func capture(_ connector: URL, _ words: [String] = []) throws -> Daemon {
    let port = try LoopbackPort.free()
    let run = try sluice(["capture", "--connector", connector.path, "--set", "capture.listen=127.0.0.1:\(port)"] + words)
    return Daemon(run: run, http: HTTPClient(port: port))
  }

  /// Starts `sluice syncer` for the tables of a connector; does not wait.
  func syncer(_ connector: URL, topics: [String], _ words: [String] = [], environment: [String: String] = [:]) throws -> Daemon {
    let port = try LoopbackPort.free()
    let run = try sluice(
      ["syncer", "--mirror", connector.path, "--group", group, "--listen", "127.0.0.1:\(port)"]
        + topics.flatMap { ["--topic", $0] } + ["--set", "syncer.mirror_schema=ledger", "--set", "syncer.fetch_wait=20ms"] + words,
      environment: environment)
    return Daemon(run: run, http: HTTPClient(port: port))
  }

  /// Starts `sluice syncer` for the orders of the sample shop; does not wait.
  func syncerOfOrders(_ words: [String] = []) throws -> Daemon {
    let port = try LoopbackPort.free()
    let run = try sluice(
      ["syncer", "--topic", "outbox.event.order", "--group", group, "--listen", "127.0.0.1:\(port)", "--set", "syncer.fetch_wait=20ms"]
        + words)
    return Daemon(run: run, http: HTTPClient(port: port))
  }

  /// Starts `sluice command` or `sluice query`; does not wait.
  func server(_ name: String, _ words: [String] = []) throws -> Daemon {
    let port = try LoopbackPort.free()
    return Daemon(run: try sluice([name, "--listen", "127.0.0.1:\(port)"] + words), http: HTTPClient(port: port))
  }

  /// A connector file over the write database.
  func connector(_ settings: [String: String] = [:], tables: [String] = [], of database: ConnectionConfiguration? = nil) throws -> URL {
    let database = database ?? write
    var all = [
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": prefix, "plugin.name": "pgoutput",
      "database.hostname": database.host, "database.port": "\(database.port)", "database.user": database.user,
      "database.password": database.password?.reveal() ?? "", "database.dbname": database.database,
      // Slots belong to the whole server: the database's name is unique.
      "slot.name": "s_\(database.database)", "publication.autocreate.mode": "filtered", "offset.flush.interval.ms": "20",
      "status.update.interval.ms": "100", "slot.max.retries": "200", "slot.retry.delay.ms": "50",
      "retriable.restart.connector.wait.ms": "500",
    ]
    if !tables.isEmpty { all["table.include.list"] = tables.map { "public.\($0)" }.joined(separator: ",") }
    all.merge(settings) { $1 }
    let file = folder.appendingPathComponent("\(uniqueName("connector")).json")
    try JSONSerialization.data(withJSONObject: ["name": "ledger", "config": all], options: [.sortedKeys, .prettyPrinted]).write(to: file)
    return file
  }

  /// A connection that is closed afterwards.
  @discardableResult
  func connected<Value: Sendable>(
    _ database: ConnectionConfiguration, _ body: (Connection) async throws -> Value
  ) async throws -> Value {
    let connection = try await Connection.connect(database, logger: testLogger("postgres"))
    do {
      let value = try await body(connection)
      await connection.close()
      return value
    } catch {
      await connection.close()
      throw error
    }
  }

  private var environment: [String: String] {
    var result = [
      "SLUICE_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrapServers, "SLUICE_CAPTURE_OFFSETS_FOLDER": folder.path,
      // A killed member is replaced once its session is over: as soon as brokers allow, so that the test need not wait for it.
      "SLUICE_KAFKA_EXTRA": "session.timeout.ms=6000,heartbeat.interval.ms=500",
    ]
    for (part, database) in [("WRITE", write), ("READ", read)] {
      result["SLUICE_\(part)_DATABASE_HOST"] = database.host
      result["SLUICE_\(part)_DATABASE_PORT"] = "\(database.port)"
      result["SLUICE_\(part)_DATABASE_USER"] = database.user
      result["SLUICE_\(part)_DATABASE_DATABASE"] = database.database
      if let password = database.password { result["SLUICE_\(part)_DATABASE_PASSWORD"] = password.reveal() }
    }
    return result
  }

  // MARK: End

  private func end(_ topics: [String]) async {
    for process in processes.withLock({ $0.reversed() }) where process.isRunning {
      // One that is stopped by SIGSTOP dies of SIGKILL, too.
      process.send(SIGKILL)
      _ = try? await process.exit(within: .seconds(10))
    }
    await broker.clean(topics: topics, group: group)
  }

  /// What the processes said last, for whoever reads why a test failed.
  private func printLogs(_ part: (ProgramRun) -> String) {
    for process in processes.withLock({ $0 }) {
      FileHandle.standardError.write(Data("--- \(process.name)\n\(part(process))\n".utf8))
    }
  }
}
