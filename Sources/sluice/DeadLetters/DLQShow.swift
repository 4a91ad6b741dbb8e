import ArgumentParser
import Foundation
import Runtime
import Syncer

/// `sluice dlq show`: one letter.
struct DLQShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One dead letter: what failed, where it comes from, its headers, and the row before and after.",
    discussion: """
      EXAMPLES
        sluice dlq show shop.public.orders.dlq:0:15
        sluice dlq show shop.public.orders.dlq:0:15 --json | jq -r .value.text
      """)

  @OptionGroup var options: InstallationOptions
  @Argument(help: ArgumentHelp("The letter.", valueName: "topic:partition:offset")) var letter: String
  @Flag(help: "Print JSON: the line that export writes.") var json = false

  func validate() throws {
    guard DeadLetterPlace(parsing: letter) != nil else {
      throw ValidationError("\(letter): expected topic:partition:offset, as in orders.dlq:0:15")
    }
  }

  func run() async throws {
    try await Running.reporting("dlq") {
      guard let place = DeadLetterPlace(parsing: letter) else { return }
      try await DLQOffice.with(try options.load(), needsDatabase: false) { office in
        let item = try await office.letter(at: place)
        if json { return print(try Admins.json(DeadLetterLine(item))) }
        var edited: ParkedRecord?
        if case .parked(let id, _, _) = item.state, let offset = item.letter.offset {
          edited = try await office.parking?.records(of: id, after: offset - 1, limit: 1).first { $0.isEdited }
        }
        print(DLQShowText.lines(item, edited: edited, isColored: DoctorText.isTerminal).joined(separator: "\n"))
      }
    }
  }
}
