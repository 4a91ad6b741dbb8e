import Foundation

/// What the experiment did and found.
struct ChaosReport: Sendable {
  let seed: UInt64
  var rounds = 0
  var faults: [Fault: Int] = [:]
  var ledger = LedgerCounts()
  var commands = CommandCounts()
  var unexpectedEnds: [String] = []
  /// What was found, with the round.
  var findings: [String] = []
  var records: Int64 = 0
  var poison = 0
  var deadLetters = 0
  var slowestRest = 0.0
  var compared: [(what: String, count: Int)] = []
  var seconds = 0.0

  init(seed: UInt64) { self.seed = seed }

  /// Nothing was lost, applied twice or out of order, nothing good dead-lettered, and nothing stopped by itself.
  var isClean: Bool { findings.isEmpty && unexpectedEnds.isEmpty }

  var table: String {
    var rows = [
      ("seed", "\(seed)"),
      ("rounds", "\(rounds), after each everything was compared"),
      (
        "SQL transactions",
        "\(ledger.committed) committed, \(ledger.rolledBack) rolled back, \(ledger.refused) given up by the server, \(ledger.interrupted) broken connections"
      ),
      ("commands", "\(commands.accepted) accepted, \(commands.refused) refused, \(commands.unanswered) unanswered"),
    ]
    for (fault, count) in faults.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      rows.append((rows.count == 4 ? "faults" : "", "\(count) \(fault.rawValue)"))
    }
    rows += [
      ("records in Kafka", "\(records)"),
      ("malformed among them", "\(poison)"), ("dead letters", "\(deadLetters)"),
      ("slowest return to rest", String(format: "%.1f s", slowestRest)),
      ("compared at the end", compared.map { "\($0.count) \($0.what)" }.joined(separator: ", ")),
      ("unexpected ends", "\(unexpectedEnds.count)"),
    ]
    for end in unexpectedEnds.prefix(5) { rows.append(("", end)) }
    rows.append(("findings", "\(findings.count)"))
    for finding in findings.prefix(10) { rows.append(("", finding)) }
    rows.append(("time", "\(Int(seconds)) s"))
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($0.1)" }.joined(separator: "\n")
  }
}
