import ArgumentParser
import Foundation
import Runtime

/// `sluice config`: what every key is set to and where from; or the reference of all keys.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the configuration and show every key's value and where it came from.",
    discussion: """
      EXAMPLES
        sluice config --config /etc/sluice/sluice.yaml
        SLUICE_SYNCER_BATCH_SIZE=500 sluice config --json
        sluice config --reference
      """)

  @OptionGroup var options: InstallationOptions
  @Flag(help: "Print the reference of all keys as a Markdown table instead.") var reference = false
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    try await Running.reporting("config") {
      if reference { return print(ConfigurationReference.markdown()) }
      let entries = try options.load().entries
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
        let lines = entries.map { ["key": $0.key, "value": $0.value, "origin": "\($0.origin)"] }
        return print(String(decoding: try encoder.encode(lines), as: UTF8.self))
      }
      let width = entries.map(\.key.count).max() ?? 0
      for entry in entries {
        print("\(entry.key.padding(toLength: width + 2, withPad: " ", startingAt: 0))\(entry.value)   # \(entry.origin)")
      }
    }
  }
}
