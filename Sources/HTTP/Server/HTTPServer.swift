import Hummingbird
public import Logging
public import Runtime
public import ServiceLifecycle
import Synchronization

/// An HTTP/1.1 server with a set of routes. Every error answer is a problem document (or what the routes make of it), every request has a deadline, a bounded head
/// and a bounded body, and is counted in ``HTTPMetrics``.
///
/// Run it in a service group: a graceful shutdown stops accepting, lets running requests finish, then closes.
public final class HTTPServer: Service {
  private let configuration: HTTPServerConfiguration
  private let logger: Logger
  private let onListening: @Sendable (HostPort) -> Void
  let responder: HTTPServerResponder

  /// Makes a server; nothing listens before ``run()``. Bootstrap the metrics before: the server takes its handlers here.
  /// - Parameters:
  ///   - configuration: address and limits.
  ///   - routes: what it serves; of two equal routes the first counts.
  ///   - logger: requests are logged at debug, failures of the server at error.
  ///   - onListening: called once with the address, the port that was taken included.
  public init(
    configuration: HTTPServerConfiguration, routes: [any HTTPRoutes], logger: Logger,
    onListening: @escaping @Sendable (HostPort) -> Void = { _ in }
  ) {
    self.configuration = configuration
    self.logger = logger
    self.onListening = onListening
    let table = HTTPRouteTable()
    for route in routes { route.add(to: table) }
    let (router, patterns) = table.build()
    responder = HTTPServerResponder(router: router, patterns: patterns, configuration: configuration, problemForm: table.problemForm)
  }

  /// Listens until the graceful shutdown or cancellation.
  /// - Throws: ``HTTPServerError`` when the address cannot be had.
  public func run() async throws {
    let listening = Atomic<Bool>(false)
    let host = configuration.listen.host
    let application = Application(
      responder: responder,
      server: .http1(configuration: .init(idleTimeout: .nanoseconds(Int64(configuration.idleTimeout.inSeconds * 1e9)))),
      configuration: .init(
        address: .hostname(host, port: configuration.listen.port), serverName: nil,
        availableConnectionsDelegate: .maximum(configuration.maxConnections, logger: logger)),
      onServerRunning: { [logger, onListening, port = configuration.listen.port] channel in
        listening.store(true, ordering: .sequentiallyConsistent)
        let address = HostPort(host: host, port: channel.localAddress?.port ?? port)
        logger.info("listening", metadata: ["address": "\(address)"])
        onListening(address)
      },
      logger: quietLogger)
    do {
      try await application.run()
    } catch {
      if listening.load(ordering: .sequentiallyConsistent) { throw error }
      throw HTTPServerError(address: configuration.listen, reason: "\(error)")
    }
  }

  /// Hummingbird tells its own steps at info; the one line above says it.
  private var quietLogger: Logger {
    var logger = logger
    if logger.logLevel == .info { logger.logLevel = .notice }
    return logger
  }
}
