import ArgumentParser
import Commands
import Commerce
import HTTP
import Postgres
import Runtime
import ServiceLifecycle
import Syncer

/// `sluice command`: HTTP commands into PostgreSQL.
struct CommandDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command", abstract: "Take commands over HTTP and commit them: event store, tables and outbox in one transaction.",
    discussion: """
      EXAMPLES
        sluice command --config /etc/sluice/sluice.yaml
        sluice command --listen 127.0.0.1:9080
        curl -si localhost:8080/v1/commands/pay-order -H 'Content-Type: application/json' -d '{"orderId": "…", …}'
      """)

  @OptionGroup var options: InstallationOptions
  @Option(help: "Address and port (command.listen).") var listen: String?

  func run() async throws {
    try await Running.reporting("command") {
      let daemon = try Daemon(name: "command", configuration: options.load(listen.map { ["command.listen=\($0)"] } ?? []))
      let configuration = daemon.configuration
      let pool = try Databases.pool(configuration, Keys.Write.database, name: "sluice-command", logger: daemon.logger)
      try await PatientQuestion.ask(
        pool.configuration, called: "write", within: configuration[Keys.Command.startTimeout], logger: daemon.logger
      ) { try await Migrations.migrate($0, logger: daemon.logger) }
      var limits = CommandBusConfiguration()
      limits.maximumBodyBytes = configuration[Keys.Command.http.maxBodyBytes].bytes
      // Shorter than the request's own deadline, so that the answer says what the command waited for.
      limits.deadline = configuration[Keys.Command.http.requestTimeout] * 0.8
      let bus = try PostgresCommandBus(
        registry: CommerceCommands.registry(), pool: pool, configuration: limits, logger: daemon.logger)
      daemon.checkDatabase("write-database", pool)
      let server = daemon.server(
        HTTPServerConfiguration(configuration, Keys.Command.http),
        [
          CommandRoutes(
            bus: bus, maxBodyBytes: limits.maximumBodyBytes, logger: daemon.logger)
        ])
      try await daemon.run([
        .init("pool", PoolService(pool: pool)), .init("commands", Upkeep(bus: bus)), .init("http", server),
      ])
    }
  }

  /// The bus's own upkeep: old keys and log rows are pruned.
  private struct Upkeep: Service {
    let bus: PostgresCommandBus
    func run() async throws { await cancelWhenGracefulShutdown { await bus.run() } }
  }
}
