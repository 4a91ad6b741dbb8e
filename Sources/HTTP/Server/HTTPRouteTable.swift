public import Hummingbird

/// The routes of one server. Beside the router it keeps the patterns, so that a path that exists under another method is
/// answered with 405 and its methods, and metrics have the pattern, not the path, as label.
public final class HTTPRouteTable {
  /// Answers a request; throw ``ProblemDetails`` (or Hummingbird's `HTTPError`) for an answer other than success.
  public typealias Handler = @Sendable (Request, HTTPRequestContext) async throws -> Response

  private let router = Router(context: HTTPRequestContext.self, options: [.autoGenerateHeadEndpoints])
  private var patterns: [String: Set<HTTPRequest.Method>] = [:]
  /// Writes the server's own error answers (no such path, another method, too late, …) in the form of its routes; nil for problem documents.
  public var problemForm: (@Sendable (ProblemDetails) -> Response)?

  init() {}

  /// Adds a route.
  /// - Parameters:
  ///   - method: one method; GET answers HEAD, too.
  ///   - pattern: a path with `{name}` for a segment that is a parameter, `/v1/products/{id}`.
  ///   - handler: runs on any thread, many at a time.
  public func on(_ method: HTTPRequest.Method, _ pattern: String, _ handler: @escaping Handler) {
    // Hummingbird stops the process when a route is added twice; the first stays.
    guard patterns[pattern, default: []].insert(method).inserted else { return }
    router.on(RouterPath(pattern), method: method) { request, context in
      do {
        return try await handler(request, context)
      } catch let error as HTTPError {
        throw ProblemDetails(status: error.status, detail: error.body, headers: error.headers)
      }
    }
  }

  /// As ``on(_:_:_:)`` with GET.
  public func get(_ pattern: String, _ handler: @escaping Handler) { on(.get, pattern, handler) }

  /// As ``on(_:_:_:)`` with POST.
  public func post(_ pattern: String, _ handler: @escaping Handler) { on(.post, pattern, handler) }

  func build() -> (responder: RouterResponder<HTTPRequestContext>, patterns: RoutePatterns) {
    (router.buildResponder(), RoutePatterns(patterns))
  }
}
