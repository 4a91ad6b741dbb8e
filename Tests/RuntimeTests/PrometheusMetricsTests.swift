import CoreMetrics
import Foundation
import Synchronization
import Testing

@testable import Runtime

@Suite struct PrometheusMetricsTests {
  typealias Sample = ExpositionParser.Sample

  @Test func everyTypeIsExposed() async throws {
    let metrics = PrometheusMetrics()
    metrics.describe("a_total", help: "Counts \\ and\nlines.")
    Counter(label: "a_total", dimensions: [("x", "1")], factory: metrics).increment(by: 3)
    Counter(label: "a_total", dimensions: [("x", "1")], factory: metrics).increment()
    FloatingPointCounter(label: "b_total", factory: metrics).increment(by: 0.25)
    Gauge(label: "c", factory: metrics).record(-2.5)
    Meter(label: "d", factory: metrics).increment(by: 4)
    Recorder(label: "e", factory: metrics).record(100)
    Timer(label: "f_seconds", factory: metrics).recordMilliseconds(30)

    let text = await metrics.render()
    let families = try ExpositionParser(text).families
    #expect(
      families["a_total"]
        == .init(type: "counter", help: "Counts \\ and\nlines.", samples: [Sample(name: "a_total", labels: ["x": "1"], value: 4)]))
    #expect(families["b_total"]?.samples == [Sample(name: "b_total", labels: [:], value: 0.25)])
    #expect(families["c"] == .init(type: "gauge", samples: [Sample(name: "c", labels: [:], value: -2.5)]))
    #expect(families["d"]?.samples.first?.value == 4)
    #expect(families["e"]?.type == "histogram")
    let buckets = try #require(families["f_seconds"]).samples
    #expect(buckets.first { $0.labels["le"] == "0.025" }?.value == 0)
    #expect(buckets.first { $0.labels["le"] == "0.05" }?.value == 1)
    #expect(buckets.first { $0.name == "f_seconds_sum" }.map { abs($0.value - 0.03) < 1e-12 } == true)
    #expect(buckets.first { $0.name == "f_seconds_count" }?.value == 1)
  }

  @Test func namesAndLabelsAreMadeValid() async throws {
    let metrics = PrometheusMetrics()
    Counter(
      label: "http.requests-total", dimensions: [("content type", "a\"b\\c\nd"), ("le", "1"), ("__x", ""), ("9", "ü")], factory: metrics
    ).increment()
    Gauge(label: "9lives", factory: metrics).record(1)
    Gauge(label: "", factory: metrics).record(1)
    let families = try ExpositionParser(await metrics.render()).families
    #expect(
      families["http_requests_total"]?.samples.first?.labels == [
        "content_type": "a\"b\\c\nd", "exported_le": "1", "exported___x": "", "_9": "ü",
      ])
    #expect(families.keys.sorted() == ["_", "_9lives", "http_requests_total"])
  }

  @Test func theOrderOfLabelsMakesNoSecondSeries() async throws {
    let metrics = PrometheusMetrics()
    Counter(label: "a_total", dimensions: [("x", "1"), ("y", "2")], factory: metrics).increment()
    Counter(label: "a_total", dimensions: [("y", "2"), ("x", "1")], factory: metrics).increment()
    #expect(try ExpositionParser(await metrics.render()).families["a_total"]?.samples.map(\.value) == [2])
  }

  @Test func specialNumbersAreWrittenAsPrometheusReadsThem() throws {
    #expect(MetricText.number(.infinity) == "+Inf")
    #expect(MetricText.number(-.infinity) == "-Inf")
    #expect(MetricText.number(.nan) == "NaN")
    #expect(MetricText.number(1e18) == "1e+18")
    #expect(MetricText.number(3) == "3")
    #expect(MetricText.number(0.1) == "0.1")
  }

  @Test func countersNeverFall() async throws {
    let metrics = PrometheusMetrics()
    let counter = Counter(label: "a_total", factory: metrics)
    counter.increment(by: 5)
    counter.increment(by: -3)
    let fractional = FloatingPointCounter(label: "b_total", factory: metrics)
    fractional.increment(by: 1)
    fractional.increment(by: -Double.infinity)
    fractional.increment(by: Double.nan)
    let families = try ExpositionParser(await metrics.render()).families
    #expect(families["a_total"]?.samples.first?.value == 5)
    #expect(families["b_total"]?.samples.first?.value == 1)
  }

  @Test func aNameBelongsToOneTypeAndARefusalIsCounted() async throws {
    let metrics = PrometheusMetrics()
    Counter(label: "x", factory: metrics).increment()
    Gauge(label: "x", factory: metrics).record(7)
    FloatingPointCounter(label: "x", factory: metrics).increment(by: 1)
    let families = try ExpositionParser(await metrics.render()).families
    #expect(families["x"]?.type == "counter")
    #expect(families["x"]?.samples.map(\.value) == [1])
    #expect(
      families[PrometheusMetrics.refusedName]?.samples == [Sample(name: PrometheusMetrics.refusedName, labels: ["metric": "x"], value: 2)])
  }

  @Test func seriesAreBounded() async throws {
    let metrics = PrometheusMetrics(maxSeries: 100)
    for id in 0..<1000 { Counter(label: "a_total", dimensions: [("id", "\(id)")], factory: metrics).increment() }
    Counter(label: "a_total", dimensions: [("id", "5")], factory: metrics).increment()
    let families = try ExpositionParser(await metrics.render()).families
    #expect(families["a_total"]?.samples.count == 100)
    #expect(families["a_total"]?.samples.first { $0.labels["id"] == "5" }?.value == 2)
    #expect(families[PrometheusMetrics.refusedName]?.samples.first?.value == 900)
  }

  @Test func destroyedSeriesDisappearAndMakeRoom() async throws {
    let metrics = PrometheusMetrics(maxSeries: 2)
    let one = Gauge(label: "lag", dimensions: [("partition", "0")], factory: metrics)
    let two = Gauge(label: "lag", dimensions: [("partition", "1")], factory: metrics)
    one.record(1)
    two.record(2)
    one.destroy()
    one.destroy()
    #expect(try ExpositionParser(await metrics.render()).families["lag"]?.samples.map(\.value) == [2])
    two.destroy()
    #expect(await metrics.render().isEmpty)
    Gauge(label: "lag", dimensions: [("partition", "2")], factory: metrics).record(3)
    Timer(label: "t_seconds", factory: metrics).recordSeconds(1)
    #expect(try ExpositionParser(await metrics.render()).families.count == 2)
  }

  @Test func describedBucketsAreUsed() async throws {
    let metrics = PrometheusMetrics()
    metrics.describe("sizes", help: "Sizes.", buckets: [10, 1, .infinity, 10])
    Recorder(label: "sizes", factory: metrics).record(5)
    let samples = try ExpositionParser(await metrics.render()).families["sizes"]?.samples
    #expect(samples?.compactMap { $0.labels["le"] } == ["1", "10", "+Inf"])
  }

  @Test func collectorsRunBeforeEachExposition() async throws {
    let metrics = PrometheusMetrics()
    let calls = Atomic<Int>(0)
    metrics.onCollect("queue") {
      let count = calls.wrappingAdd(1, ordering: .relaxed).newValue
      Gauge(label: "queue_depth", factory: metrics).record(count)
    }
    _ = await metrics.render()
    #expect(try ExpositionParser(await metrics.render()).families["queue_depth"]?.samples.first?.value == 2)
    metrics.removeCollector("queue")
    _ = await metrics.render()
    let callsNow = calls.load(ordering: .relaxed)
    #expect(callsNow == 2)
  }

  @Test func incrementsOfManyThreadsAreAllCounted() async throws {
    let metrics = PrometheusMetrics()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let counter = Counter(label: "a_total", factory: metrics)
          let meter = Meter(label: "b", factory: metrics)
          let timer = Timer(label: "c_seconds", factory: metrics)
          for _ in 0..<1000 {
            counter.increment()
            meter.increment(by: 0.5)
            timer.recordNanoseconds(1_000_000)
          }
        }
      }
    }
    let families = try ExpositionParser(await metrics.render()).families
    #expect(families["a_total"]?.samples.first?.value == 8000)
    #expect(families["b"]?.samples.first?.value == 4000)
    #expect(families["c_seconds"]?.samples.first { $0.name == "c_seconds_count" }?.value == 8000)
  }

  @Test func theProcessIsMeasured() async throws {
    let metrics = PrometheusMetrics()
    ProcessMetrics.install(in: metrics)
    let families = try ExpositionParser(await metrics.render()).families
    #expect((families["process_resident_memory_bytes"]?.samples.first?.value ?? 0) > 1_000_000)
    #expect((families["process_open_fds"]?.samples.first?.value ?? 0) > 2)
    let start = try #require(families["process_start_time_seconds"]?.samples.first?.value)
    #expect(abs(Date().timeIntervalSince1970 - start) < 7 * 86_400)
    #expect(families["process_cpu_seconds_total"]?.type == "counter")
  }
}
