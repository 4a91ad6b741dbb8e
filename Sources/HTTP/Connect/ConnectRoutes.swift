public import Capture
import Hummingbird
public import Logging
public import Runtime

/// Kafka Connect's REST API over the connectors of this process: what `connectors/register.sh`, user interfaces and command line tools for
/// Kafka Connect ask.
///
/// Paths, bodies and status codes are those of Kafka Connect 4 ("Kafka Connect", "REST API"); errors are `{"error_code","message"}`.
/// What differs: a secret that stands literally in a configuration is answered with `********`, and sending that back keeps the secret.
public struct ConnectRoutes: HTTPRoutes {
  typealias Handler = @Sendable (ConnectRequest) async throws -> Response

  let worker: ConnectorWorker
  let levels: LogLevels
  private let clusterID: @Sendable () async -> String?
  private let maxBodyBytes: Int
  private let logger: Logger
  /// The release of Kafka Connect whose REST API this is: tools look at it to know what they may ask.
  private static let version = "4.0.0"

  /// - Parameters:
  ///   - worker: the connectors.
  ///   - levels: of this process's loggers, for `/admin/loggers`.
  ///   - clusterID: the ID of the Kafka cluster; nil while it is not known.
  ///   - maxBodyBytes: larger bodies are answered with 413.
  ///   - logger: for failures that clients only see as 500.
  public init(
    worker: ConnectorWorker, levels: LogLevels, clusterID: @escaping @Sendable () async -> String?, maxBodyBytes: Int = 1 << 20,
    logger: Logger
  ) {
    self.worker = worker
    self.levels = levels
    self.clusterID = clusterID
    self.maxBodyBytes = maxBodyBytes
    self.logger = logger
  }

  /// Adds the routes.
  public func add(to table: HTTPRouteTable) {
    table.problemForm = { problem in
      switch problem.status {
      // As JAX-RS says it, which tools compare.
      case .notFound: ConnectAnswer.error(.notFound, "HTTP 404 Not Found", headers: problem.headers)
      case .methodNotAllowed: ConnectAnswer.error(.methodNotAllowed, "HTTP 405 Method Not Allowed", headers: problem.headers)
      default: ConnectAnswer.error(problem.status, problem.detail ?? problem.title, headers: problem.headers)
      }
    }
    on(.get, "/", table) { _ in
      ConnectAnswer.json(
        .object([
          .init(name: "version", value: .string(Self.version)),
          .init(name: "commit", value: .string("sluice-" + CaptureOptions().version)),
          .init(name: "kafka_cluster_id", value: await clusterID().map { .string($0) } ?? .null),
        ]))
    }
    on(.get, "/health", table) { _ in
      // The worker is an actor: that it answers is what is asked for. A connector that failed is `/health/ready`'s affair.
      _ = await worker.names
      return ConnectAnswer.json(
        .object([
          .init(name: "status", value: .string("healthy")),
          .init(name: "message", value: .string("Worker has completed startup and is ready to handle requests.")),
        ]))
    }
    addConnectors(to: table)
    addStates(to: table)
    addOffsets(to: table)
    addSignals(to: table)
    addPlugins(to: table)
    addLoggers(to: table)
  }

  /// A route whose errors are Kafka Connect's.
  func on(_ method: HTTPRequest.Method, _ pattern: String, _ table: HTTPRouteTable, _ handler: @escaping Handler) {
    table.on(method, pattern) { request, context in
      do {
        return try await handler(ConnectRequest(request: request, context: context, maxBodyBytes: maxBodyBytes))
      } catch let error as ConnectorRequestError {
        if error.kind == .failed { logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "reason": "\(error)"]) }
        return ConnectAnswer.error(error)
      } catch let problem as ProblemDetails {
        return ConnectAnswer.error(problem.status, problem.detail ?? problem.title, headers: problem.headers)
      }
    }
  }
}
