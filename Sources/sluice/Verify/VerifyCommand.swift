import ArgumentParser
import Foundation
import Runtime

/// `sluice verify`: whether the read models are what the write model says.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare the read models with the write model while both are in use, and mend what differs.",
    discussion: """
      Goes through the mirrors in chunks of keys on both sides. A row that differs is only suspected: it is looked at again after capture has
      confirmed the source's position and the syncer has applied everything up to it, and counts where the source's row was not written
      meanwhile. Documents are compared with what their declaration makes of the mirrors.

      --repair writes the source's row, or marks the row as deleted, and recomputes the documents; whatever the stream still brings is newer
      and wins. Tables without a primary key are compared and not mended.

      With --every it goes on as a daemon and exports what it finds as metrics (sluice_drift_rows), for an alert.

      EXAMPLES
        sluice verify
        sluice verify --table public.products --repair
        sluice verify --document product --values --json | jq '.results[].samples'
        sluice verify --every 6h --listen 127.0.0.1:8086

      EXIT CODES
        0 no difference, or all mended; 1 failed, 2 differences, 64 wrong usage, 78 wrong configuration
      """)

  @OptionGroup var options: InstallationOptions
  @Option(help: "The consumer group of the syncer (syncer.group).") var group: String?
  @Option(name: .customLong("mirror"), help: "A connector file, or a folder of them, whose tables are mirrored (syncer.mirrors).")
  var mirrors: [String] = []
  @Option(name: .customLong("topic"), help: "A topic that the syncer applies (syncer.topics).") var topics: [String] = []
  @Option(name: .customLong("table"), help: ArgumentHelp("Only this table of the source; may be repeated.", valueName: "schema.table"))
  var tables: [String] = []
  @Option(name: .customLong("document"), help: ArgumentHelp("Only these documents; may be repeated.", valueName: "name"))
  var documents: [String] = []
  @Flag(help: "Mend what differs.") var repair = false
  @Flag(help: "Tell the values of both sides: they may be personal.") var values = false
  @Option(help: "The most differences of a table that are told one by one.") var samples = 20
  @Option(help: "Rows read at a time.") var chunk = 2000
  @Option(help: ArgumentHelp("How long the read models may take to catch up.", valueName: "duration")) var deadline = "60s"
  @Option(help: ArgumentHelp("Verify again and again, this long apart.", valueName: "duration")) var every: String?
  @Option(help: ArgumentHelp("Where --every serves metrics and health.", valueName: "address")) var listen = "127.0.0.1:8086"
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard samples >= 0 else { throw ValidationError("--samples: expected 0 or more") }
    guard (1...100_000).contains(chunk) else { throw ValidationError("--chunk: expected 1 to 100000") }
    guard DurationText.parse(deadline) != nil else { throw ValidationError("--deadline \(deadline): expected a duration as 60s or 5m") }
    if let every, DurationText.parse(every).map({ $0 > .zero }) != true {
      throw ValidationError("--every \(every): expected a duration as 15m or 6h")
    }
    if every != nil, json { throw ValidationError("--every and --json exclude each other: read the metrics") }
  }

  func run() async throws {
    try await Running.reporting("verify") {
      let configuration = try options.load(flags)
      if let every, let interval = DurationText.parse(every) {
        return try await VerifyDaemon.run(configuration, visit: visit, interval: interval, listen: listen)
      }
      LoggingSetup.bootstrap(level: .warning, format: configuration[Keys.Log.format], levels: LogLevels(configured: .warning))
      let progress = ProgressLine()
      let report = try await visit.run(configuration, logger: .init(label: "sluice.verify")) { name, checked in
        progress.update("\(name): \(checked) looked at")
      }
      progress.finish("verified in \(report.seconds) s")
      print(json ? try report.json() : report.lines(isColored: DoctorText.isTerminal).joined(separator: "\n"))
      if !report.isClean { throw ArgumentParser.ExitCode(Runtime.ExitCode.difference.rawValue) }
    }
  }

  private var visit: VerifyVisit {
    VerifyVisit(
      tables: Set(tables), documents: Set(documents), repairs: repair, showsValues: values, samples: samples, chunk: chunk,
      deadline: DurationText.parse(deadline) ?? .seconds(60))
  }

  private var flags: [String] {
    var result: [String] = []
    if let group { result.append("syncer.group=\(group)") }
    if !mirrors.isEmpty { result.append("syncer.mirrors=\(mirrors.joined(separator: ","))") }
    if !topics.isEmpty { result.append("syncer.topics=\(topics.joined(separator: ","))") }
    return result
  }
}
