import ArgumentParser
import Foundation
import HTTP
import Logging
import Metrics
import Postgres
import Runtime
import ServiceLifecycle

/// What every daemon has: configuration, logs, metrics, health, systemd, and an end in order.
struct Daemon {
  let configuration: Configuration
  let logger: Logger
  let levels: LogLevels
  let metrics: PrometheusMetrics
  let health = Health()
  let notifier: SystemdNotifier?

  /// Sets up logging and metrics for the process; once only.
  init(name: String, configuration: Configuration) throws {
    self.configuration = configuration
    levels = LogLevels(configured: configuration[Keys.Log.level].level)
    LoggingSetup.bootstrap(level: configuration[Keys.Log.level], format: configuration[Keys.Log.format], levels: levels)
    logger = Logger(label: "sluice.\(name)")
    metrics = PrometheusMetrics(maxSeries: configuration[Keys.Metrics.maxSeries])
    MetricsSystem.bootstrap(metrics)
    HTTPMetrics.describe(in: metrics)
    if configuration[Keys.Metrics.process] { ProcessMetrics.install(in: metrics) }
    notifier = SystemdNotifier(environment: ProcessInfo.processInfo.environment)
  }

  /// Readiness: the database answers.
  func checkDatabase(_ name: String, _ pool: Pool) {
    health.register(name) {
      do {
        try await pool.ping()
        return .up("it answers")
      } catch {
        return .down("it does not answer: \(error)")
      }
    }
  }

  /// The daemon's HTTP server: its own routes with `/metrics` and `/health` beside them. systemd hears READY once it listens.
  func server(_ server: HTTPServerConfiguration, _ routes: [any HTTPRoutes] = []) -> HTTPServer {
    HTTPServer(
      configuration: server, routes: routes + [OperationsRoutes(metrics: metrics, health: health)], logger: logger
    ) { [notifier] _ in notifier?.ready() }
  }

  /// Runs the components until a signal, until one fails, or until the supervisor that started this process is gone.
  func run(_ components: [DaemonRunner.Component]) async throws {
    SupervisedChild.watch { kill(getpid(), SIGTERM) }
    var components = components
    if let watchdog = WatchdogService(
      notifier: notifier, logger: logger, isMakingProgress: { [health] in await health.report(.live).isUp })
    {
      components.append(.init("watchdog", watchdog))
    }
    let runner = DaemonRunner(
      components: components, shutdownDeadline: configuration[Keys.shutdownDeadline], notifier: notifier, exitCode: Running.code,
      logger: logger)
    let code = await runner.run()
    if code != .ok { throw ArgumentParser.ExitCode(code.rawValue) }
  }
}
