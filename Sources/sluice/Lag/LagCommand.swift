import ArgumentParser
import Foundation
import Runtime
import Syncer

/// `sluice lag`: how far consumer groups are behind.
struct LagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lag", abstract: "How far consumer groups are behind: in records, in seconds, where it is going, and how they fare.",
    discussion: """
      On a terminal a live table, in a pipe one look. Of any group of any Kafka: seconds behind are the age of the record at the committed
      offset, which is read. Of a syncer: what it tells of itself at syncer.listen, and the offsets in the read database, which are those that
      count.

      STATUS follows Burrow: OK; WARN gets on and falls behind; STALL commits offsets that do not move; STOP commits nothing any more;
      REWIND has gone back. The last three make a group ERR. It takes several looks to tell, --observe SECONDS for a check; what a syncer
      tells of itself, it has watched for a minute. A partition with lag that no member owns has stopped.

      EXAMPLES
        sluice lag                                       the syncer's group, live
        sluice lag --all-groups --once
        sluice lag --group billing --topic orders --json
        sluice lag --all-groups --watch 5 --json         one object a line, every five seconds
        sluice lag --check --max-lag 10000 --max-seconds 60 --observe 30 || echo behind

      EXIT CODES
        0 fine, 1 failed, 2 --check found a group in ERR or beyond a threshold, 64 wrong usage, 78 wrong configuration
      """)

  @OptionGroup var options: InstallationOptions
  @Option(name: .customLong("group"), help: "A consumer group; may be repeated (syncer.group).") var groups: [String] = []
  @Flag(help: "All consumer groups.") var allGroups = false
  @Option(name: .customLong("topic"), help: "This topic alone; may be repeated.") var topics: [String] = []
  @Flag(help: "One look, on a terminal too.") var once = false
  @Option(help: ArgumentHelp("A look every so often (2 on a terminal).", valueName: "seconds")) var watch: Double?
  @Flag(help: "Print JSON: one object, or one a line with --watch.") var json = false
  @Flag(help: "Exit with 2 when a group is in ERR or beyond a threshold; says what on standard error.") var check = false
  @Option(help: ArgumentHelp("With --check: the most records a partition may be behind.", valueName: "records")) var maxLag: Int64?
  @Option(help: ArgumentHelp("With --check: the most seconds a partition may be behind.", valueName: "seconds")) var maxSeconds: Double?
  @Option(help: ArgumentHelp("With --check or --once: look ten times over so long, then judge by all of it.", valueName: "seconds"))
  var observe: Double?
  @Option(name: .customLong("syncer"), help: "Address of a syncer to ask, host:port; may be repeated (syncer.listen).") var syncers:
    [String] = []
  @Flag(help: "Ask the brokers alone: neither syncers nor the read database.") var kafkaOnly = false

  func validate() throws {
    if allGroups, !groups.isEmpty { throw ValidationError("--all-groups and --group exclude each other") }
    if once, watch != nil { throw ValidationError("--once and --watch exclude each other") }
    if check, watch != nil { throw ValidationError("--check and --watch exclude each other") }
    if observe != nil, watch != nil { throw ValidationError("--observe and --watch exclude each other") }
    if !check, maxLag != nil || maxSeconds != nil { throw ValidationError("--max-lag and --max-seconds belong to --check") }
    for (name, value, range) in [
      ("--watch", watch, 0.1...86_400), ("--observe", observe, 1...86_400), ("--max-seconds", maxSeconds, 0...1e9),
    ] {
      if let value, !range.contains(value) {
        throw ValidationError("\(name) \(value): expected \(range.lowerBound) to \(Int(range.upperBound))")
      }
    }
    if let maxLag, maxLag < 0 { throw ValidationError("--max-lag \(maxLag): expected 0 or more") }
  }

  private var interval: Double? {
    if let watch { return watch }
    return !once && !check && !json && observe == nil && isatty(1) == 1 ? 2 : nil
  }

  func run() async throws {
    try await Running.reporting("lag") {
      let configuration = try options.load()
      let logger = Admins.logger("lag")
      let sources = try await LagSources(
        configuration, syncers: kafkaOnly ? [] : syncers.isEmpty ? nil : syncers, usesDatabase: !kafkaOnly, logger: logger)
      do {
        try await show(configuration, sources)
      } catch {
        await sources.close()
        throw error
      }
      await sources.close()
    }
  }

  private func show(_ configuration: Configuration, _ sources: LagSources) async throws {
    let span = observe ?? max((interval ?? 0) * 10, 60)
    var monitor = GroupLagMonitor(span: .seconds(span))
    if let interval {
      let screen = isatty(1) == 1 && !json
      while true {
        let start = ContinuousClock.now
        do {
          let groups = try await look(configuration, sources, &monitor)
          write(try text(groups, isLine: true), clearing: screen)
        } catch let error as ToolError {
          // They may answer again: whoever watches wants to see it.
          if screen { write(Self.now + "\n\n" + error.description, clearing: true) } else { Admins.note("lag", error.description) }
        }
        try await Task.sleep(until: start + .seconds(interval))
      }
    }
    var groups = try await look(configuration, sources, &monitor)
    if let observe {
      let progress = ProgressLine()
      for number in 1..<LagWindow.defaultCapacity {
        progress.update("observing: look \(number + 1) of \(LagWindow.defaultCapacity)")
        try await Task.sleep(for: .seconds(observe / Double(LagWindow.defaultCapacity - 1)))
        groups = try await look(configuration, sources, &monitor)
      }
    }
    let thresholds = LagThresholds(records: maxLag, seconds: maxSeconds)
    let breaches = check ? groups.flatMap(thresholds.breaches) : []
    write(try text(groups, isLine: false, breaches: check ? breaches : nil), clearing: false)
    guard !breaches.isEmpty else { return }
    for breach in breaches { Admins.note("lag", breach) }
    throw ArgumentParser.ExitCode(Runtime.ExitCode.difference.rawValue)
  }

  private func look(_ configuration: Configuration, _ sources: LagSources, _ monitor: inout GroupLagMonitor) async throws -> [GroupLag] {
    let looks = try await Admins.asking(configuration) {
      let wanted = allGroups ? try await sources.groups() : groups.isEmpty ? [configuration[Keys.Syncer.group]] : groups
      return try await sources.look(wanted, topics: topics.isEmpty ? nil : Set(topics))
    }
    return monitor.observe(looks, now: Int64(Date().timeIntervalSince1970 * 1000))
  }

  private func text(_ groups: [GroupLag], isLine: Bool, breaches: [String]? = nil) throws -> String {
    if json { return try Admins.json(LagReport(time: Self.now, groups: groups, breaches: breaches), isPretty: !isLine) }
    let lines = groups.isEmpty ? ["there are no consumer groups"] : LagText.lines(groups, isColored: DoctorText.isTerminal)
    return (isLine ? [Self.now, ""] + lines : lines).joined(separator: "\n")
  }

  private static var now: String { CivilTime(secondsSince1970: Int(Date().timeIntervalSince1970)).rfc3339() }

  /// As many lines as the terminal has: what scrolls away could not be written over.
  private static func fitted(_ text: String) -> String {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 4 else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let room = Int(size.ws_row) - 1
    guard lines.count > room else { return text }
    return (lines.prefix(room - 1) + ["… \(lines.count - room + 1) more lines: --topic, --group or a taller window"]).joined(
      separator: "\n")
  }

  private func write(_ text: String, clearing: Bool) {
    let text = clearing ? Self.fitted(text) : text
    // To the upper left, then the text, then nothing below it: a table that is written over does not flicker.
    let lines = clearing ? "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[K\n\u{1B}[J" : text + "\n"
    FileHandle.standardOutput.write(Data(lines.utf8))
  }
}
