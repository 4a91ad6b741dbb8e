import Hummingbird
import Logging
import Metrics

/// Everything that is the same for all routes: limits, the deadline, problems, counting.
struct HTTPServerResponder: HTTPResponder {
  typealias Context = HTTPRequestContext

  private enum Outcome: Sendable {
    case answered(Response)
    case late(isReadingBody: Bool)
  }

  private let router: RouterResponder<HTTPRequestContext>
  private let patterns: RoutePatterns
  private let configuration: HTTPServerConfiguration
  private let problemForm: (@Sendable (ProblemDetails) -> Response)?
  private let active = Meter(label: HTTPMetrics.activeRequests)

  init(
    router: RouterResponder<HTTPRequestContext>, patterns: RoutePatterns, configuration: HTTPServerConfiguration,
    problemForm: (@Sendable (ProblemDetails) -> Response)? = nil
  ) {
    self.problemForm = problemForm
    self.router = router
    self.patterns = patterns
    self.configuration = configuration
  }

  func respond(to request: Request, context: HTTPRequestContext) async throws -> Response {
    let start = ContinuousClock.now
    let pattern = patterns.match(request.uri.path)
    active.increment()
    defer { active.decrement() }
    var response: Response
    do {
      response = try await answer(request, context, pattern)
    } catch let problem as ProblemDetails {
      response = problemForm?(problem) ?? problem.response(for: request)
    } catch let broken as BrokenBody {
      // The connection is beyond repair; the server knows what to do with the error beneath.
      throw broken.cause
    }
    if response.status.code >= 400, response.headers[.contentType] == nil {
      response = ProblemDetails(status: response.status).response(for: request, adding: response.headers)
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    if request.method == .head { response = response.createHeadResponse() }
    count(request, context, pattern, response, since: start)
    return response
  }

  private func answer(_ request: Request, _ context: HTTPRequestContext, _ pattern: RoutePatterns.Pattern?) async throws -> Response {
    var headBytes = request.head.path?.utf8.count ?? 0
    for field in request.headers { headBytes += field.name.rawName.utf8.count + field.value.utf8.count + 4 }
    guard headBytes <= configuration.maxHeaderBytes else {
      Counter(label: HTTPMetrics.refused, dimensions: [("reason", "head_too_large")]).increment()
      throw ProblemDetails.headTooLarge(limit: configuration.maxHeaderBytes)
    }
    guard let pattern else { throw ProblemDetails.noSuchResource }
    guard pattern.methods.contains(request.method) else { throw ProblemDetails.methodNotAllowed(allow: pattern.allow) }
    let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
      group.addTask { .answered(try await route(request, context)) }
      group.addTask {
        try await Task.sleep(for: configuration.requestTimeout)
        // Asked now: cancelling the route, which comes next, ends its reading.
        return .late(isReadingBody: context.stage.isReadingBody)
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .late(isReadingBody: false)
    }
    switch outcome {
    case .answered(let response): return response
    case .late(let isReadingBody):
      Counter(label: HTTPMetrics.refused, dimensions: [("reason", "deadline")]).increment()
      throw isReadingBody ? ProblemDetails.bodyTimeout : ProblemDetails.timeout
    }
  }

  private func route(_ request: Request, _ context: HTTPRequestContext) async throws -> Response {
    do {
      return try await router.respond(to: request, context: context)
    } catch let broken as BrokenBody {
      throw broken
    } catch is CancellationError {
      throw ProblemDetails.timeout
    } catch {
      // Whatever it is, it may hold SQL or row values: the log gets it, the client a number to ask for it.
      context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      throw ProblemDetails.internalError(requestID: context.logger[metadataKey: "hb.request.id"].map { "\($0)" })
    }
  }

  private func count(
    _ request: Request, _ context: HTTPRequestContext, _ pattern: RoutePatterns.Pattern?, _ response: Response,
    since start: ContinuousClock.Instant
  ) {
    let elapsed = ContinuousClock.now - start
    // Methods and paths come from outside: only those that exist become labels.
    let method = Self.knownMethods.contains(request.method) ? request.method.rawValue : "other"
    Timer(
      label: HTTPMetrics.requestDuration,
      dimensions: [("method", method), ("route", pattern?.text ?? "unmatched"), ("status", String(response.status.code))]
    ).record(duration: elapsed)
    context.logger.debug(
      "request",
      metadata: [
        "method": "\(method)", "path": "\(request.uri.path.prefix(200))", "status": "\(response.status.code)",
        "duration_us": "\(elapsed.components.attoseconds / 1_000_000_000_000 + elapsed.components.seconds * 1_000_000)",
      ])
  }

  private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect]
}
