import BenchmarkSupport
import Foundation

/// The experiment: five idempotent producers, one for each compression, one that writes the same keys again and again, one with transactions,
/// and a group of two; the broker dies beneath them. Its segments are small, so that they are rolled, cleaned and indexed all the time.
struct BrokerChaos: Sendable {
  let seed: UInt64
  let kills: Int

  func run() async throws {
    let binary = try SluiceBinary.locate()
    try TemporaryFolder.require(free: 8_000_000_000)
    Benchmark.report("broker-chaos: seed \(seed), \(kills) kills")
    try await TemporaryFolder.with { folder in
      let begin = ContinuousClock.now
      let broker = try BrokerProcess(binary: binary, folder: folder, settings: ["broker.auto_create_topics=false"])
      try await broker.start()
      let clients = ChaosClients(servers: broker.servers)
      try await ChaosTopics(clients).create()
      let findings = Findings()
      let progress = ChaosProgress()
      let victim = BrokerVictim(broker, numbers: SeededNumbers(seed: seed, stream: 1), findings: findings, progress: progress)
      let promised = try await storm(clients, victim, findings, progress)
      // What was written last is to survive, too; and so is what a clean stop leaves.
      try await broker.kill()
      try await broker.start()
      try await FinalReading(clients: clients, findings: findings).run(promised)
      try await broker.stop()
      try await broker.start()
      try await FinalReading(clients: clients, findings: findings).run(promised)
      try await broker.stop()
      let size = TemporaryFolder.bytes(in: broker.dataFolder)
      Benchmark.report("broker-chaos: \(progress.summary), \(size >> 20) MB on disk")
      Benchmark.report("broker-chaos: \(victim.summary)")
      for line in findings.lines { Benchmark.report("  \(line)") }
      let seconds = Int(begin.duration(to: .now).seconds)
      guard findings.isEmpty else {
        throw BenchmarkFailure("\(kills) kills in \(seconds) s: not every promise was kept (seed \(seed))", exitCode: 2)
      }
      Benchmark.report("broker-chaos: \(kills) kills in \(seconds) s: nothing lost, nothing twice, nothing out of order, nothing spoilt")
    }
  }

  private enum Part: Sendable {
    case numbered(ProducedNumbers)
    case compacted(ProducedKeys)
    case transactions(ProducedTransactions)
    case watched
    case killed
  }

  private func storm(
    _ clients: ChaosClients, _ victim: BrokerVictim, _ findings: Findings, _ progress: ChaosProgress
  ) async throws -> Promised {
    let stop = StopFlag()
    let offsets = CommittedOffsetsLedger(clients: clients, findings: findings)
    var promised = Promised()
    return try await withThrowingTaskGroup(of: Part.self) { group in
      for (number, compression) in ChaosClients.compressions.enumerated() {
        let producer = NumberedProducer(
          clients: clients, number: number, compression: compression, seed: seed, findings: findings, progress: progress)
        group.addTask { .numbered(try await producer.run(until: stop)) }
      }
      let keys = CompactedProducer(clients: clients, seed: seed, findings: findings, progress: progress)
      group.addTask { .compacted(try await keys.run(until: stop)) }
      let transactions = TransactionalProducer(clients: clients, seed: seed, findings: findings, progress: progress)
      group.addTask { .transactions(try await transactions.run(until: stop)) }
      for number in 1...2 {
        let member = GroupMember(clients: clients, number: number, offsets: offsets, findings: findings)
        group.addTask {
          try await member.run(until: stop)
          return .watched
        }
      }
      group.addTask {
        try await offsets.watch(until: stop)
        return .watched
      }
      group.addTask {
        try await victim.suffer(kills)
        stop.set()
        return .killed
      }
      while let part = try await group.next() {
        switch part {
        case .numbered(let numbers): promised.numbers.append(numbers)
        case .compacted(let keys): promised.keys = keys
        case .transactions(let transactions): promised.transactions = transactions
        case .watched, .killed: break
        }
      }
      promised.offsets = offsets.acknowledged
      return promised
    }
  }
}
