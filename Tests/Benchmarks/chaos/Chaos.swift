import BenchmarkSupport
import Commerce
import Foundation
import Runtime

/// The experiment: a load, in rounds; in each one or two faults; after each everything has to be right.
///
/// Captured are the sample shop by its own connector files (rows routed to one topic, an outbox) and a ledger of accounts, contracts and a
/// journal without a primary key (``LedgerTable``), which SQL clients change in all ways that rows can change. A syncer keeps mirrors and
/// documents, a second one joins and leaves its group, and a process with handlers in Swift (``HandlersMember``) writes down what it gets.
struct Chaos: Sendable {
  let seed: UInt64
  let rounds: Int
  private let sqlClients = 3
  private let partitions = 6
  private let shop = CatalogueSize(products: 200, brands: 10, sellers: 8, categories: 12, tags: 20)
  private let ledger = BenchmarkConnector(name: "chaos", tables: LedgerTable.tables.map { "public.\($0)" }, settings: frequentStatus)
  private static let shopConnectors = ShopConnectors.catalogue + ["outbox"]
  private static let shopTopics = ShopConnectors.catalogueTopics + ["outbox.event.order"]
  private static let mirrorSchema = "shop"
  private static let groups = (syncer: "chaos", handlers: "chaos-handlers")

  private var ledgerTopics: [String] { LedgerTable.tables.map(ledger.topic) }
  private var topics: [String] { Self.shopTopics + ledgerTopics }

  init(seed: UInt64, rounds: Int) {
    self.seed = seed
    self.rounds = rounds
  }

  func run() async throws {
    Benchmark.report("chaos: seed \(seed), \(rounds) rounds")
    try await Stage.with(topics: topics, partitions: partitions) { stage in
      let begin = ContinuousClock.now
      var report = ChaosReport(seed: seed)
      try await prepare(stage)
      let (injector, address) = try await start(stage)
      let daemons = [injector.commands, injector.capture, injector.syncer, injector.member, injector.handlers]
      let gate = LoadGate()
      let rest = AtRest(stage: stage, groups: [Self.groups.syncer: topics, Self.groups.handlers: ledgerTopics])
      try await rest.waitForSlot("sluice_outbox")
      try await withThrowingTaskGroup(of: Counts?.self) { group in
        for number in 1...sqlClients {
          group.addTask { .ledger(try await LedgerClient(stage: stage, number: number, seed: seed).run(gate)) }
        }
        group.addTask { .commands(try await ShopClients(address: address, size: shop, seed: seed).run(gate)) }
        do {
          try await suffer(stage, injector, daemons, gate, rest, &report)
        } catch {
          gate.end()
          group.cancelAll()
          throw error
        }
        gate.end()
        for try await counts in group {
          switch counts {
          case .ledger(let counts): report.ledger.add(counts)
          case .commands(let counts): report.commands = counts
          case nil: break
          }
        }
      }
      for daemon in daemons.reversed() where daemon.isWanted { await daemon.stop() }
      await injector.poison.close()
      report.unexpectedEnds = daemons.flatMap(\.unexpectedEnds)
      report.seconds = begin.duration(to: .now).seconds
      Benchmark.report(report.table)
      guard report.isClean else { throw BenchmarkFailure("not everything came through unharmed (seed \(seed))", exitCode: 2) }
    }
  }

  private enum Counts: Sendable {
    case ledger(LedgerCounts)
    case commands(CommandCounts)
  }

  // MARK: Rounds

  private func suffer(
    _ stage: Stage, _ injector: FaultInjector, _ daemons: [Daemon], _ gate: LoadGate, _ rest: AtRest, _ report: inout ChaosReport
  ) async throws {
    var numbers = SeededNumbers(seed: seed, stream: 1)
    var check = try await RoundCheck(
      stage: stage, mirrorSchema: Self.mirrorSchema, ledgerTables: ledger.tables, groups: [Self.groups.syncer, Self.groups.handlers])
    for round in 1...max(rounds, 1) {
      var names: [String] = []
      gate.open()
      try await pause(.seconds(Double.random(in: 0.1...1, using: &numbers)))
      for _ in 0..<(Int.random(in: 0..<10, using: &numbers) < 3 ? 2 : 1) where rounds > 0 {
        guard let fault = Fault.random(among: injector.possible, using: &numbers) else { continue }
        names.append(fault.rawValue)
        report.faults[fault, default: 0] += 1
        try await injector.inject(fault, &numbers)
        try await pause(.seconds(Double.random(in: 0...0.6, using: &numbers)))
      }
      try await gate.close()
      let seconds = try await rest.wait { for daemon in daemons { daemon.mustRun() } }
      let found = try await check.run(poison: injector.poison.written)
      report.rounds = round
      report.slowestRest = max(report.slowestRest, seconds)
      report.findings += found.map { "round \(round) (\(names.joined(separator: ", "))): \($0)" }
      Benchmark.say("round \(round): \(names.joined(separator: ", ")); at rest after \(String(format: "%.1f", seconds)) s")
      for line in found { Benchmark.say("  FOUND \(line)") }
      if report.findings.count > 20 { break }
    }
    report.compared = check.compared
    report.deadLetters = check.deadLetters
    report.poison = injector.poison.written.count
    report.records = try await stage.ends().values.reduce(0, +)
  }

  // MARK: Before

  private func prepare(_ stage: Stage) async throws {
    try await stage.with(try await stage.writeConnection()) { try await LedgerTable($0).create() }
    try await stage.with(try await stage.readConnection()) { try await AppliedTables($0).create() }
  }

  private func start(_ stage: Stage) async throws -> (FaultInjector, address: String) {
    func address() throws -> String { "127.0.0.1:\(try LoopbackPort.free())" }
    let commandAddress = try address()
    let commands = stage.daemon("command", "command", ["--listen", commandAddress])
    try commands.start()
    try await ready(commands, commandAddress)
    try await stage.with(try await stage.writeConnection()) { try await CatalogueLoader(size: shop).load(into: $0) }

    let connectors =
      try Self.shopConnectors.map { try Self.connectorFile($0, in: stage.folder) }
      + [ledger.write(into: stage.folder, database: stage.source.database(Stage.writeDatabase))]
    let captureAddress = try address()
    let capture = stage.daemon(
      "capture", "capture",
      connectors.flatMap { ["--connector", $0] } + [
        "--set", "capture.listen=\(captureAddress)", "--set",
        "capture.offsets_folder=\(stage.folder.appendingPathComponent("offsets").path)",
      ])
    func syncer(_ name: String, _ more: [String]) throws -> Daemon {
      stage.daemon(
        name, "syncer",
        connectors.flatMap { ["--mirror", $0] } + topics.flatMap { ["--topic", $0] }
          + ["--group", Self.groups.syncer, "--listen", try address(), "--set", "syncer.mirror_schema=\(Self.mirrorSchema)"]
          // A killed member stays in its group until its session ends, and nobody gets its partitions before.
          + ["--set", "kafka.extra.session.timeout.ms=\(Stage.session)", "--set", "kafka.extra.heartbeat.interval.ms=500"] + more)
    }
    // One that has a name comes back to its partitions at once.
    let first = try syncer("syncer", ["--set", "syncer.instance_id=first"])
    let second = try syncer("second", [])
    let handlers = Daemon(
      ManagedProcess(
        name: "handlers", executable: Programs.own,
        arguments: HandlersMember.arguments(stage: stage, group: Self.groups.handlers, instance: "handlers", topics: ledgerTopics),
        logFile: stage.folder.appendingPathComponent("handlers.log")))
    for daemon in [capture, first, handlers] { try daemon.start() }
    let poison = try PoisonClient(servers: stage.broker.servers, topics: ledgerTopics, seed: seed, logger: stage.logger)
    return (
      FaultInjector(
        stage: stage, capture: capture, syncer: first, member: second, handlers: handlers, commands: commands, poison: poison),
      commandAddress
    )
  }

  private func ready(_ daemon: Daemon, _ address: String) async throws {
    let probe = DaemonProbe(address: address)
    try await waitUntil("\(daemon.name) becomes ready", within: .seconds(30), every: .milliseconds(20)) { await probe.isReady() }
  }

  /// A copy of one of the shop's connector files that tells the server its position more often: what the end of a round is known by.
  private static func connectorFile(_ name: String, in folder: URL) throws -> String {
    let original = try Data(contentsOf: URL(fileURLWithPath: ShopConnectors.file(name)))
    guard var file = try JSONSerialization.jsonObject(with: original) as? [String: Any], var config = file["config"] as? [String: Any]
    else {
      throw BenchmarkFailure("connectors/\(name).json is no connector file")
    }
    config.merge(frequentStatus) { $1 }
    file["config"] = config
    let copy = folder.appendingPathComponent("\(name).json")
    try JSONSerialization.data(withJSONObject: file).write(to: copy)
    return copy.path
  }

  private static let frequentStatus = ["status.update.interval.ms": "250"]
}
