import ArgumentParser
import Capture
import Foundation
import Runtime
import Syncer

/// `sluice dlq edit`: another value for a record that failed.
struct DLQEdit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Give a failed record another value: from a file, from standard input, or in $EDITOR.",
    discussion: """
      Of a parked key the new value is applied by the next attempt, which --retry asks for, and the original is kept beside it until then. Any
      other record is written to its topic with the new value. The value must be JSON where the old one was to be, unless --any says otherwise.

      EXAMPLES
        sluice dlq edit shop.public.orders.dlq:0:15 --reason "price was NaN" --retry --execute        in $EDITOR
        sluice dlq show shop.public.orders.dlq:0:15 --json | jq .value.text -r | sed s/NaN/0/ |
          sluice dlq edit shop.public.orders.dlq:0:15 --file - --reason "price was NaN" --execute
        sluice dlq edit shop.public.orders.dlq:0:15 --null --reason "deleted meanwhile" --execute
      """)

  @OptionGroup var options: InstallationOptions
  @Argument(help: ArgumentHelp("The letter.", valueName: "topic:partition:offset")) var letter: String
  @OptionGroup(title: "Doing it") var action: DLQActionOptions
  @Option(help: ArgumentHelp("The file that holds the new value; - is standard input.", valueName: "path"), completion: .file()) var file:
    String?
  @Flag(help: "A tombstone: no value.") var null = false
  @Flag(help: "Also what is no JSON.") var any = false
  @Flag(help: "Ask for another attempt at the parked key at once.") var retry = false
  @Option(help: ArgumentHelp("Where to write a record whose key is not parked (default: its topic).", valueName: "topic")) var to: String?
  @Flag(help: "Also where the letter was replayed, resolved or discarded before.") var force = false

  func validate() throws {
    guard DeadLetterPlace(parsing: letter) != nil else {
      throw ValidationError("\(letter): expected topic:partition:offset, as in orders.dlq:0:15")
    }
    if null, file != nil { throw ValidationError("--null and --file exclude each other") }
    if action.reason.isEmpty { throw ValidationError("--reason is needed: say why the record is changed") }
    if !null, file == nil, isatty(0) != 1 { throw ValidationError("--file names the new value; without a terminal there is no editor") }
  }

  func run() async throws {
    try await Running.reporting("dlq") {
      guard let place = DeadLetterPlace(parsing: letter) else { return }
      var request = action.request
      request.rule.isForced = force
      request.rule.target = to
      let asked = request
      try await DLQOffice.with(try options.load(), needsDatabase: true) { office in
        let old = try await office.letter(at: place).letter.record.value
        let value = try null ? nil : file.map(Self.read) ?? DLQEditor.edit(old ?? [])
        if let value, !any { try Self.checkJSON(value) }
        guard value != old else { throw ToolError("the value is the same as before: nothing was changed") }
        let outcome = try await office.edit(place, value: value, retries: retry, asked)
        print(
          action.json
            ? try Admins.json(outcome)
            : DLQText.outcome(outcome, doing: retry ? "edited and asked for another attempt" : "edited, for the next attempt")
              .joined(separator: "\n"))
      }
    }
  }

  private static func checkJSON(_ value: [UInt8]) throws {
    do { _ = try JSONDocument(parsing: value) } catch {
      throw ToolError("the new value is not JSON: \(error.reason) in line \(error.line), column \(error.column); --any takes it as it is")
    }
  }

  /// A line break at the end is an editor's, not the value's.
  private static func read(_ path: String) throws -> [UInt8] {
    let data: Data
    if path == "-" {
      data = try FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
        throw ToolError("\(path) cannot be read: \(error.localizedDescription)")
      }
    }
    var bytes = Array(data)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return bytes
  }
}
