/// The types of the exposition format that Sluice uses.
enum MetricType: String, Sendable {
  case counter
  case gauge
  case histogram
}
