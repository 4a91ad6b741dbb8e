import ArgumentParser
import Foundation
import Kafka
import Logging
import Postgres
import Runtime
import Syncer

/// `sluice replay`: where a consumer group goes on.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Set where a consumer group goes on: back to replay records, or on to skip them.",
    discussion: """
      Shows what would be done; --execute does it. A position outside of what a partition holds becomes the nearer end, as with Apache Kafka's
      kafka-consumer-groups.sh --reset-offsets, whose options these are. Refused while the group has members.

      A syncer's position is in the read database (which counts) and in Kafka: both are set, and who did it and why is kept in the tables
      sluice_replays and sluice_replay_moves. Another group's position is in Kafka alone.

      What a replay does to the read models: mirrors and documents keep what they have, because a row is never overwritten by an older change;
      only rows that are missing come back. Handlers without such a guard apply the records again. To make a read model anew from the
      records, use: sluice rebuild.

      EXAMPLES
        sluice replay --to-earliest                                    what it would mean
        sluice replay --by-duration 2h --topic shop.public.orders --reason "prices were wrong" --execute
        sluice replay --to-datetime 2026-03-01T12:00:00Z --topic shop.public.orders:0,3 --execute
        sluice replay --group billing --shift-by -100 --execute
        sluice replay --to-current --export > offsets.csv; sluice replay --from-file offsets.csv --execute

      EXIT CODES
        0 done, or shown; 1 failed or refused, 64 wrong usage, 78 wrong configuration
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup(title: "Targets") var targets: ReplayTargetOptions
  @Option(help: "The consumer group (syncer.group).") var group: String?
  @Option(
    name: .customLong("topic"),
    help: ArgumentHelp(
      "A topic, or some of its partitions; may be repeated. Default: all in which the group has a position.", valueName: "topic[:0,1]"))
  var topics: [String] = []
  @Flag(name: .customLong("all-topics"), help: "All topics in which the group has a position: the default.") var allTopics = false
  @Flag(help: "Do it.") var execute = false
  @Flag(name: .customLong("dry-run"), help: "Only show what would be done: the default.") var dryRun = false
  @Option(help: "Why, for the audit.") var reason = ""
  @Option(help: ArgumentHelp("Who, for the audit (default: this user at this host).", valueName: "name")) var actor: String?
  @Flag(name: .customLong("kafka-only"), help: "Leave the read database alone: the group is no syncer's.") var kafkaOnly = false
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print topic,partition,offset lines, for --from-file.") var export = false

  func validate() throws {
    if execute, dryRun { throw ValidationError("--execute and --dry-run exclude each other") }
    if json, export { throw ValidationError("--json and --export exclude each other") }
    if allTopics, !topics.isEmpty { throw ValidationError("--all-topics and --topic exclude each other") }
    _ = try targets.target()
    for topic in topics where ReplaySelection(parsing: topic) == nil {
      throw ValidationError("--topic \(topic): expected a topic, or partitions of it as in orders:0,3")
    }
  }

  func run() async throws {
    try await Running.reporting("replay") {
      let configuration = try options.load()
      LoggingSetup.bootstrap(level: .warning, format: configuration[Keys.Log.format], levels: LogLevels(configured: .warning))
      let logger = Logger(label: "sluice.replay")
      let request = ReplayRequest(
        group: group ?? configuration[Keys.Syncer.group], selection: topics.compactMap(ReplaySelection.init(parsing:)),
        target: try targets.target(), actor: actor ?? Self.user, reason: reason)
      let producer = try Brokers.producer(configuration)
      let admin = try Admin(
        configuration: AdminConfiguration(
          bootstrapServers: producer.bootstrapServers, clientID: producer.clientID, security: producer.security, extra: producer.extra),
        logger: logger)
      var notes: [String] = []
      let database = try await database(request.group, configuration, admin, &notes, logger)
      do {
        try await report(request, Replay(admin: admin, database: database, logger: logger), hasReadModels: database != nil, notes: notes)
      } catch {
        await database?.close()
        throw error
      }
      await database?.close()
    }
  }

  private func report(_ request: ReplayRequest, _ replay: Replay, hasReadModels: Bool, notes: [String]) async throws {
    var notes = notes
    let report: ReplayReport
    if execute {
      let outcome = try await replay.execute(request)
      if let completed = outcome.completed { notes.append(completed) }
      if outcome.moves.isEmpty { notes.append("nothing else was moved: repeat the command to shift again") }
      report = ReplayReport(request, outcome.moves, audit: outcome.id, executed: true, notes: notes)
    } else {
      let moves = try await replay.plan(request)
      if let obstacle = try await replay.obstacle(request.group) { notes.append("--execute would be refused: \(obstacle)") }
      report = ReplayReport(request, moves, audit: nil, executed: false, notes: notes + ["nothing was moved: --execute does it"])
    }
    var lines = report.notes
    if hasReadModels, report.replayed > 0 {
      lines.append(
        "mirrors and documents are guarded by versions: records that they have seen change nothing in them, only missing rows come back; to make them anew use sluice rebuild"
      )
    }
    for line in lines { FileHandle.standardError.write(Data("sluice replay: \(line)\n".utf8)) }
    print(json ? try report.json() : export ? report.csv : report.table)
  }

  /// The read database, where the group's position is there, too.
  private func database(
    _ group: String, _ configuration: Configuration, _ admin: Admin, _ notes: inout [String], _ logger: Logger
  ) async throws -> Connection? {
    if kafkaOnly { return nil }
    let settings = try Databases.connection(configuration, Keys.Read.database, name: "sluice-replay")
    let isOwn = group == configuration[Keys.Syncer.group]
    let connection: Connection
    do {
      connection = try await Connection.connect(settings, logger: logger)
    } catch {
      // Were it a syncer's group, its stored offsets would win over Kafka's: nothing would be lost, and nothing replayed.
      guard !isOwn else { throw error }
      notes.append("the read database does not answer, so Kafka's offsets alone are looked at (--kafka-only says that this is meant)")
      return nil
    }
    if isOwn { return connection }
    do {
      guard let cluster = try await admin.describeCluster().id else { return connection }
      if try await Replay.hasStoredOffsets(OffsetScope(clusterID: cluster, group: group), connection) { return connection }
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    return nil
  }

  private static var user: String {
    let name = ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
    return "\(name)@\(ProcessInfo.processInfo.hostName)"
  }
}
