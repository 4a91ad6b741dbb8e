import ArgumentParser
import Foundation
import Runtime
import Syncer

/// `sluice dlq list`: what there is.
struct DLQList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Dead letters and what has become of them, one by one or counted.",
    discussion: """
      EXAMPLES
        sluice dlq list --topic shop.public.orders
        sluice dlq list --by topic,class,handler
        sluice dlq list --by key --class 23503 --from 2h
        sluice dlq list --json | jq '.letters[] | select(.state == "waiting").place'
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup(title: "Letters") var selection: DLQSelectionOptions
  @Option(help: ArgumentHelp("Count by topic, partition, class, handler, key, state; several with commas.", valueName: "what")) var by:
    String?
  @Option(help: "The most letters that are shown; all are counted.") var limit = 50
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    _ = try selection.selection()
    _ = try groupings()
    guard (0...10_000).contains(limit) else { throw ValidationError("--limit \(limit): expected 0 to 10000") }
  }

  private func groupings() throws -> [DeadLetterCounts.Grouping]? {
    try by?.split(separator: ",").map { name in
      guard let grouping = DeadLetterCounts.Grouping(rawValue: String(name)) else {
        let names = DeadLetterCounts.Grouping.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--by \(name): expected some of \(names)")
      }
      return grouping
    }
  }

  func run() async throws {
    try await Running.reporting("dlq") {
      let configuration = try options.load()
      let wanted = try selection.wanted()
      let groupings = try groupings()
      try await DLQOffice.with(configuration, needsDatabase: false) { office in
        var counts = DeadLetterCounts(by: groupings ?? [.state])
        var shown: [DeadLetterItem] = []
        let progress = DLQOffice.progress()
        try await office.read(wanted, progress: { progress($0, $1, 0) }) { items in
          for item in items { counts.add(item) }
          if groupings == nil { shown += items.prefix(max(0, limit - shown.count)) }
          return true
        }
        let report = DeadLetterListing(counts, letters: groupings == nil ? shown.map(DeadLetterLine.init) : nil)
        print(json ? try Admins.json(report) : DLQText.list(counts, shown, isGrouped: groupings != nil).joined(separator: "\n"))
      }
    }
  }
}
