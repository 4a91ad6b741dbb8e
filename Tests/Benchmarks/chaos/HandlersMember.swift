import BenchmarkSupport
import Foundation
import Kafka
import Logging
import Postgres
import Runtime
import Syncer

/// A process with handlers written in Swift, as a team would build one: it writes down each change that it handles, with nothing that would
/// keep it from doing so twice but the syncer's own promises.
///
/// - `seen` gets every record: a place (topic, partition, offset) that stands there twice was applied twice.
/// - `handled` gets every change by its ID, through an inbox: capture repeats records after it was killed, and a change that stands there
///   twice was handled twice.
struct HandlersMember: Sendable {
  let servers: String
  let database: ConnectionConfiguration
  let group: String
  let instance: String
  let topics: [String]

  /// The command line of ``init(arguments:)``.
  static func arguments(stage: Stage, group: String, instance: String, topics: [String]) -> [String] {
    ["member", stage.broker.servers, "\(stage.read.configuration.port)", stage.read.configuration.user, group, instance] + topics
  }

  init(arguments: [String]) throws {
    guard arguments.count > 5, let port = Int(arguments[1]) else { throw BenchmarkFailure("not the arguments of a member", exitCode: 64) }
    servers = arguments[0]
    database = ConnectionConfiguration(
      host: "127.0.0.1", port: port, user: arguments[2], password: nil, database: Stage.readDatabase)
    group = arguments[3]
    instance = arguments[4]
    topics = Array(arguments[5...])
  }

  func run() async throws {
    // It may be told to stop before it has begun.
    TerminationRequest.shared.install()
    var logger = Logger(label: "handlers") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .notice
    let pool = Pool(configuration: database, maxConnections: 6, logger: logger)
    let configuration = SyncerConfiguration(group: group, topics: topics)
    var consumer = ConsumerConfiguration(bootstrapServers: servers, groupID: group)
    consumer.groupInstanceID = instance
    consumer.sessionTimeout = .milliseconds(Stage.session)
    consumer.heartbeatInterval = .milliseconds(500)
    consumer.fetchMaximumWait = .milliseconds(100)
    let engine = try SyncerEngine(
      configuration: configuration, consumer: Consumer(configuration: consumer, logger: logger),
      sink: PostgresSink(handlers: Self.handlers, pool: pool, logger: logger),
      deadLetters: DeadLetterPublisher(configuration: ProducerConfiguration(bootstrapServers: servers), group: group, logger: logger),
      logger: logger)
    let database = Task { await pool.run() }
    defer { database.cancel() }
    let code = await DaemonRunner(components: [.init("handlers", engine)], shutdownDeadline: .seconds(25), logger: logger).run()
    guard code == .ok else { throw BenchmarkFailure("the member ended by itself", exitCode: code.rawValue) }
  }

  private static var handlers: [any Handler] {
    var seen = EventHandlers(name: "seen")
    var handled = EventHandlers(name: "handled", inbox: EventInbox())
    for table in LedgerTable.tables {
      seen.on(table: "public.\(table)") { change, transaction in try await AppliedTables(transaction).see(change) }
      handled.on(table: "public.\(table)") { change, transaction in try await AppliedTables(transaction).handle(change) }
    }
    return [seen, handled]
  }
}
