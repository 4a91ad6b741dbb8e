import BenchmarkSupport
import Commerce
import ReadModels

/// Looks, while nothing moves, for anything that should not be: compares the write side with all that was made of it, rows with their mirrors,
/// products and orders with their documents; asks the handlers' tables; and looks through the dead letters.
struct RoundCheck {
  private let stage: Stage
  private let mirrors: MirrorSet
  private let groups: [String]
  private var letters: DeadLetterReading
  private var lastHandled: Int64 = 0
  /// What was compared last.
  private(set) var compared: [(what: String, count: Int)] = []
  /// Dead letters found so far.
  var deadLetters: Int { letters.count }

  init(stage: Stage, mirrorSchema: String, ledgerTables: [String], groups: [String]) async throws {
    self.stage = stage
    self.groups = groups
    letters = DeadLetterReading(servers: stage.broker.servers, admin: stage.admin, logger: stage.logger)
    let tables = ProductDocuments.sourceTables.map { "public.\($0)" } + ledgerTables
    mirrors = try await stage.with(try await stage.writeConnection()) {
      try await MirrorCatalog.load(from: $0, tables: tables, namespace: MirrorNamespace(topicPrefix: mirrorSchema)).mirrors()
    }
  }

  /// - Returns: what is wrong, a line each.
  mutating func run(poison: Set<String>) async throws -> [String] {
    var lines: [String] = []
    let write = try await stage.writeConnection()
    let read = try await stage.readConnection()
    compared = []
    for result in try await MirrorComparison(mirrors).run(source: write, mirror: read) {
      if !result.isEqual { lines.append("\(result)") }
      compared.append((result.table, result.sourceRows))
    }
    for (what, found) in [
      ("products", try await ProductComparison().run(write: write, read: read)),
      ("orders", try await OrderComparison().run(write: write, read: read)),
    ] {
      if found.differences > 0 {
        lines.append("\(found.differences) \(what) differ: \(found.samples.map { "\($0)" }.joined(separator: "; "))")
      }
      compared.append((what, found.compared))
    }
    let entries = try await LedgerTable(write).entryCount()
    let handled = try await AppliedTables(read).findings(since: lastHandled, journalEntries: entries)
    lines += handled.lines
    lastHandled = handled.last
    await write.close()
    await read.close()
    try await letters.read()
    lines += letters.good.map { "a good record was dead-lettered: \($0)" }
    for group in groups {
      let missing = poison.subtracting(letters.found[group] ?? [])
      if !missing.isEmpty {
        lines.append("\(missing.count) malformed records are no dead letters of \(group): \(missing.sorted().prefix(3))")
      }
    }
    return lines
  }
}
