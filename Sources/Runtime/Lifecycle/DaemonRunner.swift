import Foundation
public import Logging
public import ServiceLifecycle

/// Runs the services of one process: starts them in order, stops them in reverse order on SIGTERM or SIGINT, within a deadline.
public struct DaemonRunner: Sendable {
  /// A service with the name that the log gives it.
  public struct Component: Sendable {
    /// For log lines.
    public var name: String
    /// What runs.
    public var service: any Service
    /// True for a service whose regular end ends the process regularly; false when it must run as long as the process.
    public var mayFinish: Bool

    /// A component.
    public init(_ name: String, _ service: any Service, mayFinish: Bool = false) {
      self.name = name
      self.service = service
      self.mayFinish = mayFinish
    }
  }

  private let components: [Component]
  private let shutdownDeadline: Duration
  private let notifier: SystemdNotifier?
  private let exitCode: @Sendable (any Error) -> ExitCode
  private let logger: Logger

  /// - Parameters:
  ///   - components: in the order of dependency: what others need comes first and stops last.
  ///   - shutdownDeadline: from the signal until the process ends whether it is done or not.
  ///   - notifier: told STOPPING when the shutdown begins; READY is the caller's, who knows when it is true.
  ///   - exitCode: which code tells of a component's error; by default ``ExitCode/failed`` for everything but a ``ConfigurationError``.
  ///   - logger: for beginnings and ends.
  public init(
    components: [Component], shutdownDeadline: Duration, notifier: SystemdNotifier? = nil,
    exitCode: @escaping @Sendable (any Error) -> ExitCode = { $0 is ConfigurationError ? .configuration : .failed }, logger: Logger
  ) {
    self.components = components
    self.shutdownDeadline = shutdownDeadline
    self.notifier = notifier
    self.exitCode = exitCode
    self.logger = logger
  }

  /// Runs until a signal or until a component ends or fails; then the others are stopped in order.
  ///
  /// When the deadline passes before all have stopped, the process is ended at once with ``ExitCode/failed``: what is unfinished is
  /// done again after the next start, and systemd's SIGKILL a little later would leave no line in the log.
  /// - Parameter handlingSignals: false when somebody else, such as a test, starts the shutdown.
  /// - Returns: ``ExitCode/ok`` after an orderly end, otherwise what `exitCode` says of the error.
  public func run(handlingSignals: Bool = true) async -> ExitCode {
    var services = components.map { component in
      ServiceGroupConfiguration.ServiceConfiguration(
        service: WatchedComponent(name: component.name, service: component.service, mayFinish: component.mayFinish),
        successTerminationBehavior: component.mayFinish ? .gracefullyShutdownGroup : .ignore,
        failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: component.name)
    }
    let deadline = ShutdownDeadline(deadline: shutdownDeadline, notifier: notifier, logger: logger)
    defer { deadline.meet() }
    // The last service is stopped first, so its end of life begins with the shutdown.
    services.append(
      ServiceGroupConfiguration.ServiceConfiguration(
        service: deadline,
        successTerminationBehavior: .ignore, failureTerminationBehavior: .ignore, serviceName: "shutdown deadline"))
    if handlingSignals {
      // The service group would catch signals only once its services have been started.
      TerminationRequest.shared.install()
      // The deadline's own thread is started by a task: where none can run any more, this one ends the process.
      TerminationRequest.shared.takeOver(limit: shutdownDeadline + .seconds(5))
      services.append(
        ServiceGroupConfiguration.ServiceConfiguration(
          service: AwaitedTermination(), successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: "signals"))
    }
    let configuration = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [], logger: logger.quieter)
    do {
      try await ServiceGroup(configuration: configuration).run()
      logger.info("stopped")
      return .ok
    } catch let error as ConfigurationError {
      for problem in error.problems { logger.error("\(problem)") }
      return exitCode(error)
    } catch is CancellationError {
      return .ok
    } catch {
      logger.error("stopped by a failure", metadata: ["error": "\(error)"])
      return exitCode(error)
    }
  }
}

/// Ends when a signal asks for the end.
private struct AwaitedTermination: Service {
  func run() async throws {
    await cancelWhenGracefulShutdown { await TerminationRequest.shared.wait() }
  }
}

extension Logger {
  /// The service group tells each of its steps at info; here they are details.
  fileprivate var quieter: Logger {
    var logger = self
    if logger.logLevel == .info { logger.logLevel = .notice }
    return logger
  }
}
