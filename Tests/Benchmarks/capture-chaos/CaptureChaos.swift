import BenchmarkSupport
import Foundation
import Kafka
import Logging
import Postgres
import Runtime

/// Capture dies again and again, its servers now and then; in the end every committed change is in the topic, per key in order, and what is
/// there twice is the same change: it carries the same LSN.
struct CaptureChaos: Sendable {
  let seed: UInt64
  let kills: Int
  let folder: URL
  private let clients = 4
  private let partitions = 8
  private let topic = "chaos.public.t"

  private var logger: Logger {
    var logger = Logger(label: "capture-chaos")
    // That servers go away is the plan.
    logger.logLevel = .critical
    return logger
  }

  func run() async throws {
    Benchmark.report("capture-chaos: seed \(seed), \(kills) kills")
    let begin = ContinuousClock.now
    let binary = try SluiceBinary.locate()
    let server = try await RestartableServer.start(
      folder: folder.appendingPathComponent("postgres"),
      settings: [
        "max_connections": "100", "shared_buffers": "256MB", "max_wal_size": "4GB",
        // Transactions of some hundred changes are streamed while they are open.
        "logical_decoding_work_mem": "64kB",
      ], logger: logger)
    let broker = try BrokerProcess(binary: binary, folder: folder, topics: [topic], partitions: partitions)
    try await broker.start()
    let outcome: Result<Bool, any Error>
    do { outcome = .success(try await run(server, broker, binary, since: begin)) } catch { outcome = .failure(error) }
    try? await broker.stop()
    try? await server.stop()
    guard try outcome.get() else { throw BenchmarkFailure("not every change came through unharmed (seed \(seed))", exitCode: 2) }
  }

  private func run(
    _ server: RestartableServer, _ broker: BrokerProcess, _ binary: URL, since begin: ContinuousClock.Instant
  ) async throws -> Bool {
    let connection = try await server.connect()
    try await VersionedTable(connection: connection).create()
    await connection.close()
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let capture = ManagedProcess(
      name: "capture", executable: binary,
      arguments: [
        "capture", "--connector", try connector(server), "--set", "capture.listen=\(address)", "--set",
        "capture.offsets_folder=\(folder.appendingPathComponent("offsets").path)", "--set", "kafka.bootstrap_servers=\(broker.servers)",
      ], logFile: folder.appendingPathComponent("capture.log"))
    try capture.start()
    // From here on every change is streamed: the snapshot, of an empty table, is over.
    let probe = DaemonProbe(address: address)
    try await waitUntil("capture becomes ready", within: .seconds(30), every: .milliseconds(20)) { await probe.isReady() }
    try await waitForSlot(server)

    let stop = StopFlag()
    var committed = 0
    var ends = 0
    try await withThrowingTaskGroup(of: (Int, isLoad: Bool).self) { group in
      for number in 1...clients {
        group.addTask { (try await LoadClient(server: server, number: number, seed: seed).run(until: stop), true) }
      }
      group.addTask { (try await storm(capture, server, broker), false) }
      while let (count, isLoad) = try await group.next() {
        if isLoad {
          committed += count
        } else {
          ends = count
          stop.set()
        }
      }
    }
    try await waitForRest(server, capture)
    let exit = await capture.stop(within: .seconds(30))
    let last = try await server.connect()
    let history = try await VersionedTable(connection: last).history()
    await last.close()
    let findings = try await TopicReading(servers: broker.servers, topic: topic, partitions: partitions, logger: logger)
      .compare(with: history)
    report(findings, committed: committed, changes: history.count, ends: ends, exit: exit, since: begin)
    return findings.isClean && exit == .code(0)
  }

  private func connector(_ server: RestartableServer) throws -> String {
    let database = server.configuration
    let config = [
      "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "topic.prefix": "chaos", "plugin.name": "pgoutput",
      "database.hostname": database.host, "database.port": "\(database.port)", "database.user": database.user,
      "database.dbname": database.database, "slot.name": "chaos", "publication.name": "chaos", "publication.autocreate.mode": "filtered",
      "table.include.list": "public.t", "slot.retry.delay.ms": "100", "slot.max.retries": "1000", "tombstones.on.delete": "false",
      "retriable.restart.connector.wait.ms": "500", "key.converter": "org.apache.kafka.connect.json.JsonConverter",
      "key.converter.schemas.enable": "false", "value.converter": "org.apache.kafka.connect.json.JsonConverter",
      "value.converter.schemas.enable": "false",
    ]
    let file = folder.appendingPathComponent("chaos.json")
    try JSONSerialization.data(withJSONObject: ["name": "chaos", "config": config] as [String: Any], options: [.sortedKeys]).write(to: file)
    return file.path
  }

  /// - Returns: how often capture ended by itself.
  private func storm(_ capture: ManagedProcess, _ server: RestartableServer, _ broker: BrokerProcess) async throws -> Int {
    var numbers = SeededNumbers(seed: seed, stream: 1)
    var ends = 0
    for kill in 1...max(kills, 1) where kills > 0 {
      if let exit = await capture.wait(atMost: .seconds(Double.random(in: 0.05...1.6, using: &numbers))) {
        // A start that finds no server is an error by design; the supervisor starts it again.
        ends += 1
        Benchmark.say("capture ended by itself: \(exit)")
      } else {
        capture.send(SIGKILL)
        guard await capture.wait(atMost: .seconds(10)) != nil else { throw BenchmarkFailure("capture survived SIGKILL") }
      }
      if kill % 10 == 0 { Benchmark.say("kill \(kill) of \(kills)") }
      try capture.start()
      // While capture runs, so that it meets the loss of its servers, too.
      if kill % 15 == 0 {
        try await pause(.seconds(Double.random(in: 0...1, using: &numbers)))
        try await server.restart(Bool.random(using: &numbers) ? .fast : .immediate)
      }
      if kill % 20 == 10 {
        try await pause(.seconds(Double.random(in: 0...1, using: &numbers)))
        try await broker.kill()
        try await broker.start()
      }
    }
    return ends
  }

  private func waitForSlot(_ server: RestartableServer) async throws {
    let connection = try await server.connect()
    try await waitUntil("the slot is read", within: .seconds(30), every: .milliseconds(20)) {
      try await !connection.query("SELECT FROM pg_replication_slots WHERE slot_name = 'chaos' AND active").isEmpty
    }
    await connection.close()
  }

  private func waitForRest(_ server: RestartableServer, _ capture: ManagedProcess) async throws {
    let connection = try await server.connect()
    let administration = ServerAdministration(connection)
    let target = try await administration.currentPosition()
    try await waitUntil("everything captured", within: .seconds(120), every: .milliseconds(200)) {
      if capture.exit != nil { try capture.start() }
      return try await administration.slots(behind: target).isEmpty
    }
    await connection.close()
  }

  private func report(
    _ findings: TopicReading.Findings, committed: Int, changes: Int, ends: Int, exit: ManagedProcess.Exit?,
    since begin: ContinuousClock.Instant
  ) {
    func line(_ name: String, _ value: String) { Benchmark.report(name.padding(toLength: 34, withPad: " ", startingAt: 0) + value) }
    line("transactions committed", "\(committed)")
    line("changes committed", "\(changes)")
    line("records in the topic", "\(findings.records)")
    line("repeats, of the same LSN", "\(findings.repeats - findings.repeatsOfAnotherLSN.count)")
    line("repeats of another LSN", "\(findings.repeatsOfAnotherLSN.count)")
    line("changes missing", "\(findings.missing.count) \(findings.missing.prefix(3))")
    line("changes that nobody committed", "\(findings.unknown.count) \(findings.unknown.prefix(3))")
    line("keys out of order", "\(findings.disordered.count) \(findings.disordered.prefix(3))")
    line("ended by itself", "\(ends)")
    line("last exit", "\(exit.map { "\($0)" } ?? "none")")
    line("seconds", "\(Int(begin.duration(to: .now).seconds))")
  }
}
