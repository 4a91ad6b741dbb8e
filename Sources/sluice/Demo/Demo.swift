import Commands
import Commerce
import Foundation
import Logging
import Postgres
import ReadModels
import Runtime

/// The steps of the demo, in order. Each says what it does on standard error.
struct Demo: Sendable {
  let installation: DemoInstallation
  let clients: Int
  let commandsPerClient: Int
  let rate: Int
  let pgbenchSeconds: Int
  private let line = ProgressLine()
  private let logger = Logger(label: "sluice.demo")

  init(installation: DemoInstallation, clients: Int, commandsPerClient: Int, rate: Int, pgbenchSeconds: Int) {
    self.installation = installation
    self.clients = clients
    self.commandsPerClient = commandsPerClient
    self.rate = rate
    self.pgbenchSeconds = pgbenchSeconds
  }

  func run() async throws -> DemoResult {
    let outcome: Result<DemoResult, any Error>
    do { outcome = .success(try await steps()) } catch { outcome = .failure(error) }
    line.update("stopping everything in order")
    await installation.stop()
    line.finish("stopped everything in order; logs are in \(installation.folder.logs.path)")
    return try outcome.get()
  }

  private func steps() async throws -> DemoResult {
    let begin = ContinuousClock.now
    var result = DemoResult()
    let running = try await installation.start { [line] in line.update($0) }
    line.finish("ready: PostgreSQL, a broker, command, capture, syncer and query daemon")
    let write = try await Connection.connect(installation.database("sluice_write", running), logger: logger)
    let read = try await Connection.connect(installation.database("sluice_read", running), logger: logger)
    let syncer = HTTPProbe(address: installation.syncer)
    let path = DemoPath(write: write, syncers: [syncer], line: line)

    let size = CatalogueSize()
    let rows = try await CatalogueLoader(size: size).load(into: write) { [line] in
      line.update("loading the catalogue: \($0) of \(size.products) products")
    }
    line.finish("loaded the catalogue: \(size.products) products, \(rows) rows")
    try await path.waitUntilCaughtUp("the catalogue")

    let before = await LatencyHistogram(scraping: syncer)
    let sendBegin = ContinuousClock.now
    let total = clients * commandsPerClient
    let outcome = try await DemoClients(
      address: installation.command, workload: Workload(clients: clients, commandsPerClient: commandsPerClient, size: size),
      rate: rate
    ).run { [line] in line.update("sending commands: \($0) of \(total)") }
    let sending = sendBegin.duration(to: .now).inSeconds
    line.finish("sent \(outcome.sent) commands from \(clients) clients in \(Int(sending)) s")
    for answer in outcome.unexpected { line.finish("  unexpected answer: \(answer)") }
    result.commands = outcome.sent
    result.commandsPerSecond = Double(outcome.sent) / sending
    result.answers = outcome.answers
    result.unexpectedAnswers = outcome.unexpectedCount
    try await path.waitUntilCaughtUp("the commands")
    let latency = await LatencyHistogram(scraping: syncer).since(before)
    result.commitToVisibleP50 = latency.quantile(0.5) * 1000
    result.commitToVisibleP99 = latency.quantile(0.99) * 1000

    try await DemoComparison(write: write, read: read, line: line, logger: logger).compareShop(into: &result)
    if pgbenchSeconds > 0 {
      try await DemoPgbench(installation: installation, running: running, seconds: pgbenchSeconds, line: line, logger: logger)
        .run(write: write, read: read, into: &result)
    }
    result.lag += await syncer.totalLag() ?? 0
    result.recordsApplied += Int(await syncer.total("sluice_syncer_records_applied_total"))
    result.deadLetters += Int(await syncer.total("sluice_syncer_dead_letters_total"))
    result.recordsPerSecond = max(result.recordsPerSecond, path.bestRate)
    result.seconds = begin.duration(to: .now).inSeconds
    await write.close()
    await read.close()
    return result
  }
}
