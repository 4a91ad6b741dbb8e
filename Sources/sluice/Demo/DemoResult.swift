import Foundation

/// What the demo measured and proved.
struct DemoResult: Codable, Sendable {
  var commands = 0
  var commandsPerSecond = 0.0
  /// Answers by what they were: completed, replayed, conflict, rejected…
  var answers: [String: Int] = [:]
  var unexpectedAnswers = 0
  /// Events in the event store.
  var events: Int64 = 0
  /// Records that the syncers applied, and how many a second while they had work.
  var recordsApplied = 0
  var recordsPerSecond = 0.0
  /// From the commit in the write database to the commit in the read database, milliseconds.
  var commitToVisibleP50 = 0.0
  var commitToVisibleP99 = 0.0
  var pgbenchTransactions: Int64 = 0
  var pgbenchTransactionsPerSecond = 0.0
  var lag = 0.0
  var deadLetters = 0
  /// What was compared: rows of tables, documents of aggregates.
  var compared: [String: Int] = [:]
  var differences = 0
  var seconds = 0.0

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var table: String {
    let kinds = answers.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let rows = [
      ("commands", "\(commands) (\(kinds))"), ("commands/s", "\(Int(commandsPerSecond))"), ("events stored", "\(events)"),
      ("records applied", "\(recordsApplied)"), ("records/s", "\(Int(recordsPerSecond))"),
      ("pgbench transactions", "\(pgbenchTransactions) (\(Int(pgbenchTransactionsPerSecond))/s)"),
      ("commit to visible, p50", Self.milliseconds(commitToVisibleP50)), ("commit to visible, p99", Self.milliseconds(commitToVisibleP99)),
      ("lag at the end", "\(Int(lag)) records"), ("dead letters", "\(deadLetters)"),
      ("compared", compared.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")),
      ("unexpected answers", "\(unexpectedAnswers)"), ("differences", "\(differences)"), ("time", "\(Int(seconds)) s"),
    ]
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0))\($0.1)" }.joined(separator: "\n")
  }

  private static func milliseconds(_ value: Double) -> String { "\(String(format: "%.1f", value)) ms" }
}
