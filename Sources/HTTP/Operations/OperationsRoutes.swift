import Hummingbird
public import Runtime

/// What an operator and an orchestrator ask: `/metrics`, `/health/live`, `/health/ready`, and `/health`, which is ready's answer.
public struct OperationsRoutes: HTTPRoutes {
  private let metrics: PrometheusMetrics?
  private let health: Health

  /// - Parameters:
  ///   - metrics: nil serves no `/metrics`.
  ///   - health: the process's checks.
  public init(metrics: PrometheusMetrics?, health: Health) {
    self.metrics = metrics
    self.health = health
  }

  /// Adds the routes.
  public func add(to table: HTTPRouteTable) {
    if let metrics {
      table.get("/metrics") { _, _ in
        Response(
          status: .ok, headers: [.contentType: PrometheusMetrics.contentType, .cacheControl: "no-store"],
          body: .init(byteBuffer: ByteBuffer(string: await metrics.render())))
      }
    }
    table.get("/health/live") { _, _ in await answer(.live) }
    table.get("/health/ready") { _, _ in await answer(.ready) }
    table.get("/health") { _, _ in await answer(.ready) }
  }

  /// 200 or 503; the body tells each check's reason either way.
  private func answer(_ aspect: HealthAspect) async -> Response {
    let report = await health.report(aspect)
    return Response(
      status: report.isUp ? .ok : .serviceUnavailable, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: report.json)))
  }
}
