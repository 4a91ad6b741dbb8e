import ArgumentParser
import Foundation
import Runtime
import Syncer

/// `sluice dlq retry`: once more.
struct DLQRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Try dead letters again: queues of parked keys in order, other records to their topic.",
    discussion: """
      Key, value, headers and time stay as they were; headers about errors go, and sluice.replay.attempts counts. A record that was
      replayed --attempts times goes to TOPIC.parked instead. Of a partition's letters the order is kept.

      EXAMPLES
        sluice dlq retry --topic shop.public.orders --class 23503                  what it would do
        sluice dlq retry --topic shop.public.orders --class 23503 --reason "the brand is there now" --execute --wait 30
        sluice dlq retry shop.public.orders.dlq:0:15 --execute
        sluice dlq retry --topic connect-errors --to orders --rate 100 --execute   another tool's letters
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup(title: "Letters") var selection: DLQSelectionOptions
  @OptionGroup(title: "Doing it") var action: DLQActionOptions
  @Option(help: ArgumentHelp("Where to write records (default: the topic that they came from).", valueName: "topic")) var to: String?
  @Option(help: "How often a record is replayed before it goes to TOPIC.parked.") var attempts = DeadLetterRetryRule.defaultAttempts
  @Option(help: ArgumentHelp("The most records each second: 100, or 100/s.", valueName: "n")) var rate: String?
  @Option(help: "The most letters of this run.") var limit: Int?
  @Flag(help: "Write records of parked keys to their topic, too: what waits behind them is overtaken.") var republish = false
  @Flag(help: "Also what was replayed, resolved or discarded before.") var force = false
  @Option(help: ArgumentHelp("Wait so long for parked keys to be resolved or to fail again.", valueName: "seconds")) var wait: Double?

  func validate() throws {
    _ = try selection.selection()
    guard attempts >= 1 else { throw ValidationError("--attempts \(attempts): expected 1 or more") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): expected 1 or more") }
    if let wait, !(0...86_400).contains(wait) { throw ValidationError("--wait \(wait): expected 0 to 86400 seconds") }
    if wait != nil, !action.execute { throw ValidationError("--wait belongs to --execute") }
    _ = try perSecond()
  }

  private func perSecond() throws -> Double? {
    try rate.map { text in
      guard let number = Double(text.hasSuffix("/s") ? String(text.dropLast(2)) : text), (0.01...1e6).contains(number) else {
        throw ValidationError("--rate \(text): expected records a second, as 100 or 100/s")
      }
      return number
    }
  }

  func run() async throws {
    try await Running.reporting("dlq") {
      var request = action.request
      request.rate = try perSecond()
      request.limit = limit
      request.rule.attempts = attempts
      request.rule.target = to
      request.rule.republishes = republish || to != nil
      request.rule.isForced = force
      let wanted = try selection.wanted()
      let asked = request
      try await DLQOffice.with(try options.load(), needsDatabase: action.execute) { office in
        let outcome = try await office.retry(wanted, asked, progress: DLQOffice.progress())
        print(action.json ? try Admins.json(outcome) : DLQText.outcome(outcome, doing: "asked for another attempt").joined(separator: "\n"))
        if let wait, !outcome.keys.isEmpty { try await watch(outcome.keys, wait, office) }
      }
    }
  }

  private func watch(_ keys: [Int64], _ seconds: Double, _ office: DeadLetterOffice) async throws {
    let progress = DLQOffice.progress()
    let result = try await office.wait(for: keys, within: .seconds(seconds)) { progress(Int64($0), Int64(keys.count), 0) }
    Admins.note("dlq", "\(result.resolved) keys resolved, \(result.again.count) failed again")
    for key in result.again.prefix(20) { Admins.note("dlq", "key \(key.id) at \(key.partition):\(key.failedOffset): \(key.sentence)") }
    if !result.again.isEmpty { throw ArgumentParser.ExitCode(Runtime.ExitCode.difference.rawValue) }
  }
}
