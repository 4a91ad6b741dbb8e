import ArgumentParser
import Runtime
import Syncer

/// How a rebuild is done, as flags.
struct RebuildOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the rows come from: topics, mirrors (documents only, and their default), or snapshot (the connector reads the tables again).",
      valueName: "source")) var from: RebuildSourceArgument?
  @Option(help: "The live syncer's group (syncer.group).") var group: String?
  @Option(help: ArgumentHelp("The most records a second.", valueName: "n")) var throttle: Int?
  @Option(help: ArgumentHelp("How many partitions are applied at the same time.", valueName: "n")) var parallelism = 2
  @Flag(name: .customLong("no-switch"), help: "Build and stop; the same command without it switches.") var noSwitch = false
  @Flag(name: .customLong("accept-failures"), help: "Switch although records could not be applied.") var acceptFailures = false
  @Flag(
    name: .customLong("leave-dependents"), help: "Switch although views of others will go on reading the old version.")
  var leaveDependents = false
  @Option(
    name: .customLong("switch-deadline"), help: ArgumentHelp("How long the live syncer may wait for the switch.", valueName: "duration"))
  var switchDeadline = "10s"
  @Option(help: ArgumentHelp("Who, for the record (default: this user at this host).", valueName: "name")) var actor: String?

  func validate() throws {
    if let throttle, throttle < 1 { throw ValidationError("--throttle \(throttle): expected at least 1") }
    guard (1...64).contains(parallelism) else { throw ValidationError("--parallelism \(parallelism): expected 1 to 64") }
    guard let deadline = DurationText.parse(switchDeadline), deadline > .zero else {
      throw ValidationError("--switch-deadline \(switchDeadline): expected a duration such as 10s")
    }
  }

  /// The library's configuration.
  ///
  /// - Parameter isDerived: whether the projection is made from mirrors.
  func rebuild(_ configuration: Configuration, isDerived: Bool) throws -> RebuildConfiguration {
    let group = group ?? configuration[Keys.Syncer.group]
    var result = RebuildConfiguration(consumer: try Brokers.consumer(configuration, group: group), group: group)
    result.source = from?.source ?? (isDerived ? .mirrors : .topics)
    if result.source == .mirrors, !isDerived { throw ValidationError("--from mirrors: only documents are made from mirrors") }
    if result.source != .mirrors, isDerived {
      throw ValidationError("--from \(result.source.rawValue): documents are made from mirrors; rebuild these first where they are wrong")
    }
    result.batchRecords = configuration[Keys.Syncer.batchSize]
    result.batchBytes = configuration[Keys.Syncer.batchBytes].bytes
    result.parallelism = parallelism
    result.throttle = throttle
    result.stopsBeforeSwitch = noSwitch
    result.acceptsFailures = acceptFailures
    result.leavesDependents = leaveDependents
    result.switchDeadline = DurationText.parse(switchDeadline) ?? .seconds(10)
    return result
  }
}

/// ``RebuildConfiguration/Source`` on the command line.
enum RebuildSourceArgument: String, ExpressibleByArgument, CaseIterable {
  case topics, mirrors, snapshot

  var source: RebuildConfiguration.Source {
    switch self {
    case .topics: .topics
    case .mirrors: .mirrors
    case .snapshot: .snapshot
    }
  }
}
