import BenchmarkSupport
import Commerce
import Foundation
import Postgres
import Runtime

/// The experiment: a load, two victims, then proof.
///
/// Captured are the sample shop by its own connector files (rows routed to one topic, an outbox) and a ledger of accounts and a journal without
/// a primary key (``LedgerTable``), which SQL clients change in all ways that rows can change. The broker and the command daemon live on.
struct Chaos: Sendable {
  let seed: UInt64
  let kills: Int
  private let sqlClients = 3
  private let shop = CatalogueSize(products: 300, brands: 10, sellers: 8, categories: 12, tags: 20)
  private let ledger = BenchmarkConnector(name: "chaos", tables: LedgerTable.tables.map { "public.\($0)" })
  private static let shopConnectors = ShopConnectors.catalogue + ["outbox"]
  private static let shopTopics = ShopConnectors.catalogueTopics + ["outbox.event.order"]
  private static let mirrorSchema = "shop"

  private var topics: [String] { Self.shopTopics + LedgerTable.tables.map(ledger.topic) }

  func run() async throws {
    Benchmark.report("chaos: seed \(seed), \(kills) kills of each")
    try await Workbench.with(topics: topics, partitions: 24) { bench in
      let begin = ContinuousClock.now
      var report = ChaosReport(seed: seed)
      let command = try await startCommands(bench)
      try await prepare(bench)
      let connectors = try Self.shopConnectors.map(ShopConnectors.file) + [ledger.write(into: bench)]
      let capture = try captureVictim(bench, connectors)
      let syncer = try syncerVictim(bench, connectors)
      try await storm(bench, command.probe, [capture, syncer], &report)
      let rest = AtRest(bench: bench, topics: topics, group: "chaos")
      report.secondsToRest = try await rest.wait { for victim in [capture, syncer] { try victim.mustRun() } }
      report.records = try await rest.recordCount()
      report.deadLetters = try await bench.broker.deadLetterCount()
      try await ChaosComparison(bench: bench, mirrorSchema: Self.mirrorSchema, ledger: ledger).run(into: &report)
      for victim in [syncer, capture] { try await victim.stop() }
      try await bench.stop(command.process)
      report.victims = [capture.summary, syncer.summary]
      report.unexpectedEnds = capture.unexpectedEnds + syncer.unexpectedEnds
      report.seconds = begin.duration(to: .now).seconds
      Benchmark.report(report.table)
      guard report.isClean else { throw BenchmarkFailure("not everything came through unharmed (seed \(seed))", exitCode: 2) }
    }
  }

  // MARK: Before

  private func startCommands(_ bench: Workbench) async throws -> (process: ManagedProcess, probe: DaemonProbe) {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let process = bench.daemon("command", "command", ["--listen", address])
    let probe = DaemonProbe(address: address)
    try process.start()
    try await bench.waitUntilReady(process, probe)
    return (process, probe)
  }

  private func prepare(_ bench: Workbench) async throws {
    try await bench.withConnection(Workbench.writeDatabase) { connection in
      try await CatalogueLoader(size: shop).load(into: connection)
      try await LedgerTable(connection).create()
    }
  }

  private func captureVictim(_ bench: Workbench, _ connectors: [String]) throws -> Victim {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let process = bench.daemon(
      "capture", "capture", connectors.flatMap { ["--connector", $0] } + bench.captureArguments(listen: address))
    // The first ones hit the snapshot.
    var numbers = SeededNumbers(seed: seed, stream: 3)
    let first = (0..<5).map { _ in Double.random(in: 0.1...0.7, using: &numbers) }
    return Victim(process, numbers: SeededNumbers(seed: seed, stream: 1), firstLives: first, shortLife: 0.05...1.5)
  }

  private func syncerVictim(_ bench: Workbench, _ connectors: [String]) throws -> Victim {
    let address = "127.0.0.1:\(try LoopbackPort.free())"
    let process = bench.daemon(
      "syncer", "syncer",
      connectors.flatMap { ["--mirror", $0] } + topics.flatMap { ["--topic", $0] }
        + ["--group", "chaos", "--listen", address, "--set", "syncer.mirror_schema=\(Self.mirrorSchema)"]
        // A killed member stays in its group until its session ends, and nobody gets its partitions before.
        + ["--set", "kafka.extra.session.timeout.ms=\(bench.broker.shortestSession)", "--set", "kafka.extra.heartbeat.interval.ms=500"])
    return Victim(process, numbers: SeededNumbers(seed: seed, stream: 2), firstLives: [], shortLife: 0.05...5)
  }

  // MARK: Storm

  private func storm(_ bench: Workbench, _ commands: DaemonProbe, _ victims: [Victim], _ report: inout ChaosReport) async throws {
    let stop = StopFlag()
    let offsets = AtRest(bench: bench, topics: topics, group: "chaos")
    var ledgerCounts = LedgerCounts()
    var commandCounts = CommandCounts()
    try await withThrowingTaskGroup(of: StormResult.self) { group in
      for number in 1...sqlClients {
        group.addTask { .ledger(try await LedgerClient(bench: bench, number: number, seed: seed).run(until: stop)) }
      }
      group.addTask {
        try await offsets.waitForSlot("sluice_outbox")
        return .commands(try await ShopClients(address: commands.address, size: shop, seed: seed).run(until: stop))
      }
      for (index, victim) in victims.enumerated() {
        group.addTask {
          try await victim.suffer(kills) { index == 0 ? try await offsets.recordCount() : try await offsets.appliedCount() }
          return .victim
        }
      }
      var left = victims.count
      while let result = try await group.next() {
        switch result {
        case .ledger(let counts): ledgerCounts.add(counts)
        case .commands(let counts): commandCounts = counts
        case .victim:
          left -= 1
          if left == 0 {
            Benchmark.say("all kills are done; the load ends in three seconds")
            try await pause(.seconds(3))
            stop.set()
          }
        }
      }
    }
    report.ledger = ledgerCounts
    report.commands = commandCounts
  }

  private enum StormResult: Sendable {
    case ledger(LedgerCounts)
    case commands(CommandCounts)
    case victim
  }
}
