internal import Metrics

/// The gauges of one partition's log.
struct PartitionGauges {
  let size: Gauge
  let end: Gauge
  let start: Gauge
  let segments: Gauge

  init(_ dimensions: [(String, String)]) {
    size = Gauge(label: BrokerMetricNames.logSize, dimensions: dimensions)
    end = Gauge(label: BrokerMetricNames.logEndOffset, dimensions: dimensions)
    start = Gauge(label: BrokerMetricNames.logStartOffset, dimensions: dimensions)
    segments = Gauge(label: BrokerMetricNames.logSegments, dimensions: dimensions)
  }

  func destroy() {
    for gauge in [size, end, start, segments] { gauge.destroy() }
  }
}
