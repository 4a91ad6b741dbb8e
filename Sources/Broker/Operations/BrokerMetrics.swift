internal import Metrics

/// Counts what the broker does (``BrokerMetricNames``). Lives on the event loop, as everything that calls it.
final class BrokerMetrics {
  /// A request being answered.
  struct RequestTimer {
    fileprivate let api: Int16
    fileprivate let start: ContinuousClock.Instant
  }

  private struct Api {
    let count: Counter
    let time: Metrics.Timer
  }

  private struct Topic {
    let messagesIn: Counter
    let bytesIn: Counter
    let bytesOut: Counter

    init(_ name: String) {
      let dimensions = [("topic", name)]
      messagesIn = Counter(label: BrokerMetricNames.messagesIn, dimensions: dimensions)
      bytesIn = Counter(label: BrokerMetricNames.bytesIn, dimensions: dimensions)
      bytesOut = Counter(label: BrokerMetricNames.bytesOut, dimensions: dimensions)
    }

    func destroy() {
      messagesIn.destroy()
      bytesIn.destroy()
      bytesOut.destroy()
    }
  }

  private var apis: [Int16: Api] = [:]
  private var topics: [String: Topic] = [:]
  private var partitions: [TopicPartition: PartitionGauges] = [:]
  private let failures = Counter(label: BrokerMetricNames.failedProduceRequests)
  private let refused = Counter(label: BrokerMetricNames.refusedConnections)

  func requestStarted(_ api: Int16, name: String) -> RequestTimer {
    if apis[api] == nil {
      let dimensions = [("request", name)]
      apis[api] = Api(
        count: Counter(label: BrokerMetricNames.requests, dimensions: dimensions),
        time: Metrics.Timer(label: BrokerMetricNames.requestSeconds, dimensions: dimensions))
    }
    apis[api]?.count.increment()
    return RequestTimer(api: api, start: .now)
  }

  func requestEnded(_ timer: RequestTimer) { apis[timer.api]?.time.record(duration: .now - timer.start) }

  func appended(topic: String, records: Int, bytes: Int) {
    let counters = self.topic(topic)
    counters.messagesIn.increment(by: records)
    counters.bytesIn.increment(by: bytes)
  }

  func fetched(topic: String, bytes: Int) { self.topic(topic).bytesOut.increment(by: bytes) }

  func produceFailed() { failures.increment() }

  func connectionRefused() { refused.increment() }

  /// Their series end with them.
  func topicsDeleted(_ names: [String]) {
    for name in names { topics.removeValue(forKey: name)?.destroy() }
  }

  func partitionGauges(_ partition: TopicPartition, _ dimensions: [(String, String)]) -> PartitionGauges {
    if let gauges = partitions[partition] { return gauges }
    let gauges = PartitionGauges(dimensions)
    partitions[partition] = gauges
    return gauges
  }

  func forgetPartitions(except present: Set<TopicPartition>) {
    for partition in partitions.keys where !present.contains(partition) { partitions.removeValue(forKey: partition)?.destroy() }
  }

  private func topic(_ name: String) -> Topic {
    if let topic = topics[name] { return topic }
    let topic = Topic(name)
    topics[name] = topic
    return topic
  }
}
