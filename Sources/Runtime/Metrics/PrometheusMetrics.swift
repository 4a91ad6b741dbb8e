public import CoreMetrics
import Synchronization

/// A swift-metrics backend that Prometheus scrapes: counters, gauges and histograms, in the text exposition format 0.0.4.
///
/// The label of a swift-metrics handler is the metric's full name (`sluice_syncer_records_applied_total`), its dimensions are
/// Prometheus labels. Names are used as they are, with characters that Prometheus does not allow replaced by `_`. Handlers of
/// the same name and dimensions share one series. Incrementing takes no lock; making, destroying and collecting do.
///
/// - `Counter` and `FloatingPointCounter` are counters.
/// - `Gauge`, `Meter` and `Recorder(aggregate: false)` are gauges.
/// - `Timer` and `Recorder(aggregate: true)` are histograms; a timer's unit is seconds.
///
/// Format: https://prometheus.io/docs/instrumenting/exposition_formats/
public final class PrometheusMetrics: MetricsFactory {
  /// Told instead of a series that was refused, so that nothing fills memory by a label out of hand.
  public static let refusedName = "sluice_metrics_series_refused_total"
  /// The media type of ``render()``.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private let registry: Mutex<MetricRegistry>
  private let collectors = Mutex<[String: @Sendable () async -> Void]>([:])

  /// An empty backend.
  /// - Parameter maxSeries: the most series kept, over all metrics; a histogram counts as one.
  public init(maxSeries: Int = 20_000) {
    registry = Mutex(MetricRegistry(maxSeries: maxSeries))
    describe(Self.refusedName, help: "Series that were not kept because there were too many or their name was taken by another type.")
  }

  /// Gives a metric its HELP line, and a histogram its buckets. Call it before the metric is first used; buckets of a
  /// metric that has series already do not change.
  /// - Parameters:
  ///   - name: the metric's full name.
  ///   - help: one sentence.
  ///   - buckets: upper bounds, ascending, without infinity; nil takes ``HistogramBuckets``' defaults.
  public func describe(_ name: String, help: String, buckets: [Double]? = nil) {
    registry.withLock { $0.describe(name, help: help, buckets: buckets) }
  }

  /// Runs `collect` before each exposition, to set gauges that are cheaper to ask for than to keep. A second collector of the
  /// same name replaces the first. It must return soon: the scrape waits for it.
  public func onCollect(_ name: String, _ collect: @escaping @Sendable () async -> Void) {
    collectors.withLock { $0[name] = collect }
  }

  /// Forgets a collector.
  public func removeCollector(_ name: String) {
    collectors.withLock { $0[name] = nil }
  }

  /// All metrics in the text exposition format, sorted by name and labels, ending in a line break.
  public func render() async -> String {
    let hooks = collectors.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    for hook in hooks { await hook() }
    return snapshot()
  }

  /// As ``render()``, without running the collectors.
  public func snapshot() -> String {
    let families = registry.withLock { $0.families.values.map { $0 } }
    var text = ""
    for family in families.sorted(by: { $0.name < $1.name }) { family.write(to: &text) }
    return text
  }

  // MARK: MetricsFactory

  /// A counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, .counter, dimensions) { _ in PrometheusCounter() }
  }

  /// A counter of fractions.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    series(label, .counter, dimensions) { _ in PrometheusFloatingPointCounter() }
  }

  /// A gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, .gauge, dimensions) { _ in PrometheusGauge() }
  }

  /// A histogram, or a gauge when it does not aggregate.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate
      ? series(label, .histogram, dimensions) { PrometheusHistogram(buckets: $0 ?? HistogramBuckets.magnitudes, scale: 1) }
      : series(label, .gauge, dimensions) { _ in PrometheusGauge() }
  }

  /// A histogram in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, .histogram, dimensions) { PrometheusHistogram(buckets: $0 ?? HistogramBuckets.seconds, scale: 1e-9) }
  }

  /// Removes the counter's series.
  public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  /// Removes the counter's series.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
  /// Removes the gauge's series.
  public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  /// Removes the gauge's or histogram's series.
  public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  /// Removes the histogram's series.
  public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  private func series<Series: PrometheusSeries>(
    _ label: String, _ type: MetricType, _ dimensions: [(String, String)], make: (_ buckets: [Double]?) -> Series
  ) -> Series {
    registry.withLock { registry in
      if let series = registry.series(label, type, MetricLabels(dimensions), make: make) { return series }
      // A detached series: it counts into the void, and the refusal is counted where it can be seen.
      registry.series(Self.refusedName, .counter, MetricLabels([("metric", MetricName.sanitized(label))]), beyondLimit: true) { _ in
        PrometheusCounter()
      }?.increment(by: 1)
      return make(nil)
    }
  }

  private func remove(_ handler: AnyObject) {
    guard let series = handler as? any PrometheusSeries else { return }
    registry.withLock { $0.remove(series) }
  }
}
