import Commands
import CoreMetrics
import Foundation
import Hummingbird
import Runtime
import ServiceLifecycle
import Synchronization
import Testing

@testable import HTTP

@Suite struct ServerTests {
  struct Custom: HTTPRoutes {
    let handler: HTTPRouteTable.Handler
    func add(to table: HTTPRouteTable) {
      table.get("/custom", handler)
      table.on(.put, "/custom/{id}", handler)
    }
  }

  private func harness(timeout: Duration = .seconds(60), _ handler: @escaping HTTPRouteTable.Handler = { _, _ in Response(status: .ok) })
    -> Harness
  {
    var configuration = HTTPServerConfiguration()
    configuration.requestTimeout = timeout
    configuration.maxHeaderBytes = 1000
    return Harness(
      Custom(handler: handler), CommandRoutes(bus: StubBus(), logger: Harness.logger),
      OperationsRoutes(metrics: PrometheusMetrics(), health: Health()),
      configuration: configuration)
  }

  @Test(arguments: ["/", "/v1", "/v1/commands", "/nothing", "/custom/1/2", "/%zz", "//"])
  func unknownPathsAre404(_ path: String) async throws {
    let problem = try await harness().get(path).problem(404)
    #expect(problem["instance"] as? String == path)
  }

  @Test func otherMethodsAre405WithAllow() async throws {
    let delete = try await harness().send(.delete, "/v1/commands/x")
    _ = try delete.problem(405)
    #expect(delete.header("Allow") == "GET, HEAD, POST")
    let get = try await harness().get("/custom/1")
    _ = try get.problem(405)
    #expect(get.header("Allow") == "PUT")
    let strange = try await harness().send(try #require(HTTPRequest.Method("BREW")), "/metrics")
    _ = try strange.problem(405)
    #expect(strange.header("Allow") == "GET, HEAD")
  }

  @Test func headHasNoBody() async throws {
    let answer = try await harness().send(.head, "/health/live")
    #expect(answer.status == 200)
    #expect(answer.body.isEmpty)
    let missing = try await harness().send(.head, "/nothing")
    #expect(missing.status == 404)
    #expect(missing.body.isEmpty)
  }

  @Test func largeHeadsAre431() async throws {
    let answer = try await harness().get("/custom", [.userAgent: String(repeating: "x", count: 1000)])
    _ = try answer.problem(431)
    _ = try await harness().get("/custom?" + String(repeating: "x", count: 1000)).problem(431)
    #expect(try await harness().get("/custom", [.userAgent: String(repeating: "x", count: 900)]).status == 200)
  }

  @Test func failuresTellNothing() async throws {
    struct Secret: Error, CustomStringConvertible { let description = "INSERT INTO cards VALUES (4111)" }
    let answer = try await harness { _, _ in throw Secret() }.get("/custom")
    _ = try answer.problem(500)
    #expect(!answer.text.contains("cards"))
  }

  @Test func hummingbirdsErrorsBecomeProblems() async throws {
    _ = try await harness { _, _ in throw HTTPError(.gone, message: "short") }.get("/custom").problem(410)
    _ = try await harness { _, _ in Response(status: .badGateway) }.get("/custom").problem(502)
  }

  @Test func lateAnswersAre503AndTheWorkIsCancelled() async throws {
    let cancelled = Atomic<Bool>(false)
    let answer = try await harness(timeout: .milliseconds(20)) { _, _ in
      // A stream without an end: only the cancellation ends it.
      for await _ in AsyncStream<Never>.makeStream().stream {}
      cancelled.store(Task.isCancelled, ordering: .relaxed)
      try Task.checkCancellation()
      return Response(status: .ok)
    }.get("/custom")
    _ = try answer.problem(503, type: "urn:sluice:timeout")
    #expect(answer.header("Retry-After") == "1")
    let cancelledNow = cancelled.load(ordering: .relaxed)
    #expect(cancelledNow)
  }

  @Test func aBodyThatDoesNotArriveIs408() async throws {
    let (stream, continuation) = AsyncStream<ByteBuffer>.makeStream()
    continuation.yield(ByteBuffer(string: "{"))
    let answer = try await harness(timeout: .seconds(1)).send(.post, "/v1/commands/x", body: RequestBody(asyncSequence: stream))
    _ = try answer.problem(408)
  }

  @Test func healthTellsEachReason() async throws {
    let health = Health()
    health.register("database") { .down("connection refused") }
    let harness = Harness(OperationsRoutes(metrics: nil, health: health))
    #expect(try await harness.get("/health/live").status == 200)
    for path in ["/health/ready", "/health"] {
      let answer = try await harness.get(path)
      #expect(answer.status == 503)
      #expect(answer.headers[.contentType] == "application/json")
      #expect(try answer.json["status"] as? String == "down")
      #expect(answer.text.contains("connection refused"))
    }
    _ = try await harness.get("/metrics").problem(404)
  }

  @Test func metricsAreExposed() async throws {
    let metrics = PrometheusMetrics()
    Counter(label: "a_total", factory: metrics).increment()
    let answer = try await Harness(OperationsRoutes(metrics: metrics, health: Health())).get("/metrics")
    #expect(answer.status == 200)
    #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(answer.text == "# TYPE a_total counter\na_total 1\n")
  }

  @Test func patternsDecideLabelsNotPaths() {
    let patterns = RoutePatterns(["/v1/a/{id}": [.get], "/v1/a/b": [.post], "/metrics": [.get]])
    #expect(patterns.match("/v1/a/b")?.text == "/v1/a/b")
    #expect(patterns.match("/v1/a/c/")?.text == "/v1/a/{id}")
    #expect(patterns.match("/v1/a") == nil)
    #expect(patterns.match("/v1/a/b/c") == nil)
  }

  @Test func percentEscapes() {
    #expect(PercentEncoding.decode("a%2Fb+c") == "a/b+c")
    #expect(PercentEncoding.decode("a+%C3%BC", plusIsSpace: true) == "a ü")
    for broken in ["%", "%2", "%zz", "%FF", "%C3"] { #expect(PercentEncoding.decode(broken) == nil) }
    #expect(PercentEncoding.encode("a b/ü~") == "a%20b%2F%C3%BC~")
    #expect(
      QueryString("a=1&&b&c=x=y")?.parameters == [
        .init(name: "a", value: "1"), .init(name: "b", value: ""), .init(name: "c", value: "x=y"),
      ])
  }
}
