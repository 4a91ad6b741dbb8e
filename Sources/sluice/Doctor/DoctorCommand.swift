import ArgumentParser
import Capture
import Foundation
import Runtime

/// `sluice doctor`: what would go wrong with a connector, before it is started.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check a connector's file, database, tables, Kafka and topics before it is started.",
    discussion: """
      Changes nothing. One line a finding: ok, warning, error, or unknown for what could not be looked at; then what to do.

      EXAMPLES
        sluice doctor --connector connectors/brand.json
        sluice doctor --connectors connectors
        sluice doctor --connector brand.json --set database.user=capture
        sluice doctor --connector brand.json --json | jq '.findings[] | select(.severity == "error")'

      EXIT CODES
        0 fine, 1 something could not be looked at, 2 a finding is an error, 64 wrong usage, 78 the file is wrong
      """)

  @OptionGroup var options: ConnectorOptions
  @Flag(help: "Print one JSON object a connector.") var json = false

  func run() async throws {
    try await Running.reporting("doctor") {
      let configuration = try options.load()
      let paths = options.paths(configuration)
      guard !paths.isEmpty else {
        throw ValidationError("name a connector file: --connector FILE, --connectors FOLDER or capture.connectors")
      }
      let settings = options.connectorOverrides
      let problems = try ConnectorFiles.problems(paths, overrides: settings, configuration: configuration)
      guard problems.isEmpty else {
        for problem in problems { FileHandle.standardError.write(Data("sluice doctor: \(Running.line(problem))\n".utf8)) }
        throw ArgumentParser.ExitCode(Runtime.ExitCode.configuration.rawValue)
      }
      let connectors = try ConnectorFiles.load(paths, overrides: settings, configuration: configuration)
      var codes: [Int32] = []
      for connector in connectors {
        let report = await DoctorVisit(configuration: configuration, connector: connector).run()
        print(
          json
            ? report.json
            : DoctorText.lines(report, isColored: DoctorText.isTerminal, hasHeading: connectors.count > 1).joined(separator: "\n"))
        codes.append(report.exitCode)
      }
      let code = codes.contains(2) ? 2 : codes.max() ?? 0
      if code != 0 { throw ArgumentParser.ExitCode(code) }
    }
  }
}
