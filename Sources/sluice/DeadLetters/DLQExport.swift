import ArgumentParser
import Foundation
import Runtime
import Syncer

/// `sluice dlq export`: letters as lines.
struct DLQExport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write dead letters as JSON lines, with all of their bytes.",
    discussion: """
      Keys, values and headers stand as {"text": …}, or {"base64": …} where they are no UTF-8; NULL is left out.

      EXAMPLES
        sluice dlq export > letters.jsonl
        sluice dlq export --topic shop.public.orders --class 23503 | jq -r .value.text
        sluice dlq export | jq -c 'select(.value.text | test("brand"))' | sluice dlq retry --from-export - --execute
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup(title: "Letters") var selection: DLQSelectionOptions

  func validate() throws { _ = try selection.selection() }

  func run() async throws {
    try await Running.reporting("dlq") {
      let wanted = try selection.wanted()
      try await DLQOffice.with(try options.load(), needsDatabase: false) { office in
        let progress = DLQOffice.progress()
        try await office.read(wanted, progress: { progress($0, $1, 0) }) { items in
          var text = ""
          for item in items { text += try Admins.json(DeadLetterLine(item), isPretty: false) + "\n" }
          try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
          return true
        }
      }
    }
  }
}
