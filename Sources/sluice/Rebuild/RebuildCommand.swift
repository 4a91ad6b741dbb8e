import ArgumentParser
import Foundation
import Logging
import Postgres
import Runtime
import Syncer

/// `sluice rebuild`: a read model built anew beside the live one.
struct RebuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Build a read model anew beside the live one, and switch when it has caught up.",
    discussion: """
      The syncer keeps running, and readers keep reading. A new version gets tables of its own, is filled from the topics (documents: from the
      mirrors), follows what the syncer applies meanwhile, and takes the live one's place in one transaction, at exactly the syncer's offsets.
      The old version is kept (schemas <schema>__<projection>_v<N>) until --drop-old; --roll-back brings it up to date and puts it back.
      A rebuild that was killed goes on where it was when the same command is given again. Handlers with side effects are not called.

      With a changed declaration: restart the syncer with it first, then rebuild; the other way round the running syncer would write documents
      of the old kind into the new version.

      Projections: mirror.<topic prefix> (mirror where several connectors are mirrored), document.<name>, order.

      EXAMPLES
        sluice rebuild document.product
        sluice rebuild mirror.shop --throttle 5000
        sluice rebuild order --no-switch; sluice rebuild order
        sluice rebuild mirror.shop --from snapshot --capture 127.0.0.1:8083
        sluice rebuild document.product --key 42
        sluice rebuild mirror.shop --table products --key 42
        sluice rebuild order --roll-back
        sluice rebuild order --drop-old
        sluice rebuild --status --json

      EXIT CODES
        0 done, 1 failed or refused, 2 records could not be applied, 64 wrong usage, 78 wrong configuration
      """)

  @OptionGroup var options: InstallationOptions
  @Argument(help: "What to build anew.") var projection: String?
  @OptionGroup var how: RebuildOptions
  @OptionGroup(title: "Snapshot") var snapshot: RebuildSnapshotOptions
  @Option(help: ArgumentHelp("One key alone; several values for a key of several columns, with commas.", valueName: "value[,value]"))
  var key: String?
  @Option(help: "The mirrored table of --key.") var table: String?
  @Flag(name: .customLong("roll-back"), help: "Bring the version that was live before up to date, and put it back.") var rollBack = false
  @Flag(name: .customLong("drop-old"), help: "Drop the versions that were live before.") var dropOld = false
  @Flag(help: "Give up an interrupted rebuild, and drop what it has built.") var abandon = false
  @Flag(help: "Show all versions.") var status = false
  @Flag(help: "Print JSON; progress on standard error is JSON, too.") var json = false

  func validate() throws {
    let modes = [rollBack, dropOld, abandon, status, key != nil].filter(\.self).count
    if modes > 1 { throw ValidationError("--key, --roll-back, --drop-old, --abandon and --status exclude each other") }
    if projection == nil, !status { throw ValidationError("name a projection, such as document.product; --status shows what there is") }
    if table != nil, key == nil { throw ValidationError("--table goes with --key") }
  }

  func run() async throws {
    try await Running.reporting("rebuild") {
      let configuration = try options.load()
      // It may run for hours: what it waits for is said.
      LoggingSetup.bootstrap(level: .notice, format: configuration[Keys.Log.format], levels: LogLevels(configured: .notice))
      let logger = Logger(label: "sluice.rebuild")
      if status { return try await showStatus(configuration, logger) }
      let all = try await Rebuildables(configuration, logger: logger)
      let projection = try all.find(projection ?? "")
      let settings = try how.rebuild(configuration, isDerived: projection.derived != nil)
      let pool = Pool(
        configuration: try Databases.connection(configuration, Keys.Read.database, name: "sluice-rebuild"),
        pool: PoolConfiguration(maxConnections: how.parallelism + 4, acquireTimeout: configuration[Keys.Read.database.acquireTimeout]),
        logger: logger)
      do {
        try await work(projection, all, Rebuild(projection, configuration: settings, pool: pool, logger: logger), pool, configuration)
      } catch let error as RebuildError where error.code == .hasFailures {
        await pool.close()
        Admins.note("rebuild", error.description)
        throw ArgumentParser.ExitCode(Runtime.ExitCode.difference.rawValue)
      } catch {
        await pool.close()
        throw error
      }
      await pool.close()
    }
  }

  private func work(
    _ projection: VersionedProjection, _ all: Rebuildables, _ rebuild: Rebuild, _ pool: Pool, _ configuration: Configuration
  ) async throws {
    let actor = how.actor ?? "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
    if dropOld || abandon {
      let dropped = try await rebuild.drop(abandoned: abandon)
      return print(dropped.isEmpty ? "nothing to drop" : dropped.map { "dropped \($0)" }.joined(separator: "\n"))
    }
    let line = ProgressLine()
    let isJSON = json
    let show: @Sendable (RebuildProgress) -> Void = { progress in
      line.update(isJSON ? RebuildReport.json(progress) : RebuildReport.line(progress))
    }
    if let key { return try await one(key, projection, all, rebuild, pool, show) }
    let requestSnapshot = how.from == .snapshot ? try snapshot.request(configuration, Logger(label: "sluice.rebuild")) : nil
    let record: VersionRecord
    if rollBack {
      record = try await rebuild.rollBack(actor: actor, show: show)
    } else {
      record = try await rebuild.run(actor: actor, requestSnapshot: requestSnapshot, show: show)
    }
    line.finish(
      RebuildReport.line(RebuildProgress(version: record.version, phase: record.state == .live ? .live : .following, done: record.records)))
    print(isJSON ? try Admins.json(RebuildReport(record)) : RebuildReport.table([RebuildReport(record)]))
  }

  private func one(
    _ key: String, _ projection: VersionedProjection, _ all: Rebuildables, _ rebuild: Rebuild, _ pool: Pool,
    _ show: @escaping @Sendable (RebuildProgress) -> Void
  ) async throws {
    if let documents = all.documents[projection.name] {
      guard table == nil else { throw ValidationError("--table: \(projection.name) has one table") }
      let differed = try await pool.withConnection { try await documents.rebuild(key: key, on: $0) }
      return print(differed ? "\(projection.name) \(key): made anew" : "\(projection.name) \(key): it was right")
    }
    guard let keyed = projection.key else {
      throw RebuildError(.unknownKey, "\(projection.name) can be rebuilt as a whole only")
    }
    let values = key.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let count = try await rebuild.rebuild(try keyed(table, values), show: show)
    print("\(projection.name) \(table.map { "\($0) " } ?? "")\(key): made anew from \(count) records")
  }

  private func showStatus(_ configuration: Configuration, _ logger: Logger) async throws {
    let connection = try await Connection.connect(
      Databases.connection(configuration, Keys.Read.database, name: "sluice-rebuild"), logger: logger)
    let reports: [RebuildReport]
    do {
      reports = try await Rebuild.versions(of: projection, connection).map(RebuildReport.init)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    print(json ? try Admins.json(reports) : reports.isEmpty ? "nothing was rebuilt yet" : RebuildReport.table(reports))
  }
}
