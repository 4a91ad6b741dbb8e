import ArgumentParser
import Runtime
import Syncer

/// `sluice dlq discard`: not to be applied.
struct DLQDiscard: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Decide that dead letters are not to be applied; what waits behind them is.",
    discussion: """
      Of a parked key the failed record is dropped and the owner of the partition applies those behind it; --whole-key drops them all. Other
      letters are marked and stay in their topic. Who and why is kept.

      EXAMPLES
        sluice dlq discard shop.public.orders.dlq:0:15 --reason "a test order" --execute
        sluice dlq discard --topic shop.public.orders --class MalformedValue --reason "written by hand"
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup(title: "Letters") var selection: DLQSelectionOptions
  @OptionGroup(title: "Doing it") var action: DLQActionOptions
  @Flag(help: "Drop what waits behind the failed records, too.") var wholeKey = false
  @Option(help: "The most letters of this run.") var limit: Int?

  func validate() throws {
    _ = try selection.selection()
    if action.reason.isEmpty { throw ValidationError("--reason is needed: say why the records are not to be applied") }
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): expected 1 or more") }
  }

  func run() async throws {
    try await Running.reporting("dlq") {
      var request = action.request
      request.limit = limit
      let (wanted, asked) = (try selection.wanted(), request)
      try await DLQOffice.with(try options.load(), needsDatabase: action.execute) { office in
        let progress = DLQOffice.progress()
        let outcome = try await office.discard(wanted, wholeKeys: wholeKey, asked) { progress($0, $1, 0) }
        print(
          action.json
            ? try Admins.json(outcome)
            : DLQText.outcome(outcome, doing: wholeKey ? "dropped with their queues" : "rid of their failed record").joined(separator: "\n")
        )
      }
    }
  }
}
