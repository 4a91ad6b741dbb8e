import Foundation
import Logging
import Postgres
import ReadModels
import Runtime

/// The second part: a workload that nobody here wrote, on tables that nobody here designed.
///
/// `pgbench_history` has no primary key. Its mirror is a log of inserts, keyed by the position of each change in the WAL, so that a record
/// which comes twice counts once; the comparison takes both tables as multisets of rows.
struct DemoPgbench: Sendable {
  private static let tables = ["pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers"]

  static let topics = tables.map { "pgbench.public.\($0)" }

  let installation: DemoInstallation
  let running: RunningInstallation
  let seconds: Int
  let line: ProgressLine
  let logger: Logger

  func run(write: Connection, read: Connection, into result: inout DemoResult) async throws {
    try await pgbench(["-i", "-s", "1", "-q"], "pgbench-init")
    line.finish("pgbench: four tables made, 100,000 accounts")
    let database = try installation.database("sluice_write", running)
    var environment = ["SLUICE_KAFKA_BOOTSTRAP_SERVERS": running.bootstrapServers, "SLUICE_SYNCER_FETCH_WAIT": "20ms"]
    for (section, name) in [("WRITE", "sluice_write"), ("READ", "sluice_read")] {
      environment["SLUICE_\(section)_DATABASE_HOST"] = running.postgresHost
      environment["SLUICE_\(section)_DATABASE_PORT"] = "\(running.postgresPort)"
      environment["SLUICE_\(section)_DATABASE_USER"] = running.postgresUser
      environment["SLUICE_\(section)_DATABASE_DATABASE"] = name
      environment["SLUICE_\(section)_DATABASE_PASSWORD"] = database.password?.reveal()
    }
    let addresses = try (0..<2).map { _ in "127.0.0.1:\(try LoopbackPort.free())" }
    let probe = HTTPProbe(address: addresses[0])
    let connector = "connectors/pgbench.json"
    let syncer = process(
      "pgbench-syncer",
      ["syncer", "--listen", addresses[0], "--group", "pgbench", "--mirror", connector, "--set", "syncer.mirror_schema=pgbench"]
        + Self.topics.flatMap { ["--topic", $0] }, environment)
    let capture = process(
      "pgbench-capture",
      [
        "capture", "--connector", connector, "--set", "capture.listen=\(addresses[1])", "--set",
        "capture.offsets_folder=\(installation.folder.offsets.path)", "--set", "status.update.interval.ms=1000",
      ], environment)
    let components = [
      SupervisedComponent(process: syncer) { await probe.isReady() },
      SupervisedComponent(process: capture) { await HTTPProbe(address: addresses[1]).isReady() },
    ]
    let supervisor = Supervisor(components: components, logger: logger) { [line] in line.finish("pgbench: \($0)") }
    let path = DemoPath(write: write, syncers: [probe], line: line)
    let (ready, signal) = AsyncStream.makeStream(of: Void.self)
    result = try await withThrowingTaskGroup(of: DemoResult?.self) { group in
      group.addTask {
        try await supervisor.run { signal.finish() }
        return nil
      }
      group.addTask { [result] in
        for await _ in ready {}
        try Task.checkCancellation()
        return try await steps(path, write, read, probe, result)
      }
      // Whoever ends first ends the other: the steps when they are done, the daemons when they cannot be kept running.
      defer { group.cancelAll() }
      while let finished = try await group.next() { if let finished { return finished } }
      throw CancellationError()
    }
  }

  private func steps(
    _ path: DemoPath, _ write: Connection, _ read: Connection, _ probe: HTTPProbe, _ before: DemoResult
  ) async throws -> DemoResult {
    var result = before
    try await path.waitUntilCaughtUp("the snapshot of pgbench's tables")
    let begin = ContinuousClock.now
    line.update("pgbench runs for \(seconds) s")
    try await pgbench(["-c", "4", "-j", "2", "-T", "\(seconds)", "-n"], "pgbench")
    let took = begin.duration(to: .now).inSeconds
    result.pgbenchTransactions = try await ServerAdministration(write).rowCount(schema: "public", table: "pgbench_history")
    result.pgbenchTransactionsPerSecond = Double(result.pgbenchTransactions) / took
    line.finish("pgbench: \(result.pgbenchTransactions) transactions in \(Int(took)) s")
    try await path.waitUntilCaughtUp("pgbench's changes")
    try await DemoComparison(write: write, read: read, line: line, logger: logger)
      .compareMirrors(Self.tables, MirrorNamespace(topicPrefix: "pgbench"), into: &result)
    result.recordsApplied += Int(await probe.total("sluice_syncer_records_applied_total"))
    result.deadLetters += Int(await probe.total("sluice_syncer_dead_letters_total"))
    result.lag += await probe.totalLag() ?? 0
    result.recordsPerSecond = max(result.recordsPerSecond, path.bestRate)
    return result
  }

  private func process(_ name: String, _ arguments: [String], _ environment: [String: String]) -> ManagedProcess {
    ManagedProcess(
      name: name, executable: DemoInstallation.executable, arguments: arguments,
      logFile: installation.folder.logs.appendingPathComponent("\(name).log")
    ) { environment }
  }

  private func pgbench(_ arguments: [String], _ name: String) async throws {
    let database = try installation.database("sluice_write", running)
    let binary = try PostgresBinaries.locate("pgbench")
    let process = ManagedProcess(
      name: name, executable: URL(fileURLWithPath: binary), arguments: arguments,
      logFile: installation.folder.logs.appendingPathComponent("\(name).log")
    ) {
      var environment = ["PGHOST": database.host, "PGPORT": "\(database.port)", "PGUSER": database.user, "PGDATABASE": database.database]
      environment["PGPASSWORD"] = database.password?.reveal()
      return environment
    }
    try process.start()
    guard let exit = await process.wait(atMost: .seconds(Double(seconds) + 60)), exit == .code(0) else {
      await process.stop(within: .seconds(2))
      throw SupervisorError("pgbench failed; its log is \(process.logFile.path)")
    }
  }
}
