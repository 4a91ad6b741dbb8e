import Foundation

/// What the experiment did and found.
struct ChaosReport: Sendable {
  let seed: UInt64
  var ledger = LedgerCounts()
  var commands = CommandCounts()
  var victims: [String] = []
  var unexpectedEnds: [String] = []
  var records = 0
  var deadLetters = 0
  var secondsToRest = 0.0
  var compared: [(what: String, count: Int)] = []
  var differences = 0
  var seconds = 0.0

  init(seed: UInt64) { self.seed = seed }

  /// Nothing was lost, applied twice, dead-lettered or stopped by itself.
  var isClean: Bool { differences == 0 && deadLetters == 0 && unexpectedEnds.isEmpty && commands.unexpected.isEmpty }

  var table: String {
    var rows = [
      ("seed", "\(seed)"),
      ("SQL transactions", "\(ledger.committed) committed, \(ledger.rolledBack) rolled back, \(ledger.refused) given up by the server"),
      ("commands", "\(commands.sent), \(commands.unexpected.count) answered unexpectedly"),
    ]
    for answer in commands.unexpected.prefix(5) { rows.append(("", answer)) }
    for (index, victim) in victims.enumerated() { rows.append((index == 0 ? "kill -9" : "", victim)) }
    rows.append(("unexpected ends", "\(unexpectedEnds.count)"))
    for end in unexpectedEnds.prefix(5) { rows.append(("", end)) }
    rows += [
      ("records in Kafka", "\(records)"), ("dead letters", "\(deadLetters)"), ("time to rest", String(format: "%.1f s", secondsToRest)),
      ("compared", compared.map { "\($0.count) \($0.what)" }.joined(separator: ", ")), ("differences", "\(differences)"),
      ("time", "\(Int(seconds)) s"),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($0.1)" }.joined(separator: "\n")
  }
}
