public import Runtime

/// The names of this module's metrics, after OpenTelemetry's conventions for HTTP servers.
public enum HTTPMetrics {
  /// Timer: from the head of a request to the head of its answer, by `method`, `route` (the pattern) and `status`.
  public static let requestDuration = "http_server_request_duration_seconds"
  /// Gauge: requests being answered now.
  public static let activeRequests = "http_server_active_requests"
  /// Counter: requests refused before a route saw them, by `reason`: head_too_large, deadline.
  public static let refused = "http_server_requests_refused_total"

  /// Gives a backend the HELP lines.
  public static func describe(in metrics: PrometheusMetrics) {
    metrics.describe(requestDuration, help: "Time from a request's head to its answer's head, in seconds.")
    metrics.describe(activeRequests, help: "Requests being answered now.")
    metrics.describe(refused, help: "Requests that did not get their route's answer, by reason.")
  }
}
