internal import Kafka
internal import Metrics
internal import Synchronization

/// Lag as metrics, by the names in ``LagMetricNames``: only of partitions that are owned, so that no value outlives its truth.
final class LagMetrics: Sendable {
  private struct Contents {
    var cluster = ""
    var partitions: [TopicPartition: [Gauge]] = [:]
    var topics: [String: [Gauge]] = [:]
    var group: [Gauge] = []
    var states: [PartitionLag.State: Gauge] = [:]
    var catchUp: Gauge?
  }

  private let group: String
  private let hasKMinionNames: Bool
  private let factory: any MetricsFactory
  private let contents = Mutex(Contents())

  /// - Parameter hasKMinionNames: whether KMinion's names are published beside those of kafka-lag-exporter.
  init(group: String, hasKMinionNames: Bool, factory: any MetricsFactory) {
    self.group = group
    self.hasKMinionNames = hasKMinionNames
    self.factory = factory
  }

  /// Publishes the lag of partitions that are owned, and removes what is not among them.
  /// - Parameter cluster: the value of the label `cluster_name`.
  func publish(_ lags: [PartitionLag], cluster: String, took duration: Duration) {
    contents.withLock { contents in
      if contents.cluster != cluster { Self.clear(&contents) }
      contents.cluster = cluster
      let owned = Set(lags.map(\.partition))
      Self.remove(&contents, partitions: contents.partitions.keys.filter { !owned.contains($0) })
      for lag in lags { publish(lag, in: &contents) }
      publishTopics(lags, in: &contents)
      publishGroup(lags, took: duration, in: &contents)
    }
  }

  /// Removes the series of partitions that are not owned any more: their last values would be taken for the truth.
  func remove(_ partitions: [TopicPartition]) {
    contents.withLock { Self.remove(&$0, partitions: partitions) }
  }

  /// Removes all series.
  func removeAll() {
    contents.withLock { Self.clear(&$0) }
  }

  private func publish(_ lag: PartitionLag, in contents: inout Contents) {
    let gauges = contents.partitions[lag.partition] ?? makePartition(lag.partition, cluster: contents.cluster)
    contents.partitions[lag.partition] = gauges
    let low = Double(lag.lowWatermark ?? 0)
    let high = Double(lag.highWatermark)
    var values = [
      Double(lag.records), lag.seconds, Double(lag.position), high, low, lag.commitSeconds, lag.trend.recordsPerSecond,
      Double(lag.status.number),
    ]
    if hasKMinionNames { values += [Double(lag.records), high, low] }
    for (gauge, value) in zip(gauges, values) { gauge.record(value) }
  }

  private func makePartition(_ partition: TopicPartition, cluster: String) -> [Gauge] {
    let place = [("cluster_name", cluster), ("topic", partition.topic), ("partition", String(partition.partition))]
    let ofGroup = place + [("group", group)]
    var gauges = [
      gauge(LagMetricNames.groupLag, ofGroup), gauge(LagMetricNames.groupLagSeconds, ofGroup), gauge(LagMetricNames.groupOffset, ofGroup),
      gauge(LagMetricNames.latestOffset, place), gauge(LagMetricNames.earliestOffset, place), gauge(LagMetricNames.commitSeconds, ofGroup),
      gauge(LagMetricNames.growth, ofGroup), gauge(LagMetricNames.status, ofGroup),
    ]
    guard hasKMinionNames else { return gauges }
    let kminion = [("topic_name", partition.topic), ("partition_id", String(partition.partition))]
    gauges += [
      gauge(LagMetricNames.KMinion.partitionLag, kminion + [("group_id", group)]), gauge(LagMetricNames.KMinion.highWatermark, kminion),
      gauge(LagMetricNames.KMinion.lowWatermark, kminion),
    ]
    return gauges
  }

  private func publishTopics(_ lags: [PartitionLag], in contents: inout Contents) {
    let topics = Dictionary(grouping: lags, by: \.partition.topic)
    for (topic, gauges) in contents.topics where topics[topic] == nil {
      for gauge in gauges { gauge.destroy() }
      contents.topics[topic] = nil
    }
    for (topic, lags) in topics {
      let gauges = contents.topics[topic] ?? makeTopic(topic, cluster: contents.cluster)
      contents.topics[topic] = gauges
      let sum = lags.reduce(0) { $0 + Double($1.records) }
      let offsets = lags.reduce(0) { $0 + Double($1.position) }
      for (gauge, value) in zip(gauges, [sum, sum, offsets]) { gauge.record(value) }
    }
  }

  private func makeTopic(_ topic: String, cluster: String) -> [Gauge] {
    var gauges = [gauge(LagMetricNames.topicSumLag, [("cluster_name", cluster), ("group", group), ("topic", topic)])]
    if hasKMinionNames {
      let kminion = [("group_id", group), ("topic_name", topic)]
      gauges += [gauge(LagMetricNames.KMinion.topicLag, kminion), gauge(LagMetricNames.KMinion.topicOffsetSum, kminion)]
    }
    return gauges
  }

  private func publishGroup(_ lags: [PartitionLag], took duration: Duration, in contents: inout Contents) {
    let labels = [("cluster_name", contents.cluster), ("group", group)]
    if contents.group.isEmpty {
      contents.group = [
        gauge(LagMetricNames.maxLag, labels), gauge(LagMetricNames.maxLagSeconds, labels), gauge(LagMetricNames.sumLag, labels),
        gauge(LagMetricNames.groupStatus, labels), gauge(LagMetricNames.pollTime, [("cluster_name", contents.cluster)]),
      ]
    }
    let values = [
      Double(lags.map(\.records).max() ?? 0), lags.map(\.seconds).max() ?? 0, lags.reduce(0) { $0 + Double($1.records) },
      Double(LagStatus.ofGroup(lags.map(\.status)).number), duration / .milliseconds(1),
    ]
    for (gauge, value) in zip(contents.group, values) { gauge.record(value) }
    for state in PartitionLag.State.allCases {
      let found = contents.states[state] ?? gauge(LagMetricNames.partitions, labels + [("state", state.rawValue)])
      contents.states[state] = found
      found.record(lags.count { $0.state == state })
    }
    // No estimate is no number: the series is absent then.
    let estimates = lags.filter { $0.state != .delayed }.map(\.trend.catchUpSeconds)
    if estimates.isEmpty || estimates.contains(nil) {
      contents.catchUp?.destroy()
      contents.catchUp = nil
    } else {
      let found = contents.catchUp ?? gauge(LagMetricNames.catchUpSeconds, labels)
      contents.catchUp = found
      found.record(estimates.compactMap { $0 }.max() ?? 0)
    }
  }

  private func gauge(_ name: String, _ labels: [(String, String)]) -> Gauge {
    Gauge(label: name, dimensions: labels, factory: factory)
  }

  private static func remove(_ contents: inout Contents, partitions: some Sequence<TopicPartition>) {
    for partition in partitions {
      for gauge in contents.partitions.removeValue(forKey: partition) ?? [] { gauge.destroy() }
    }
  }

  private static func clear(_ contents: inout Contents) {
    remove(&contents, partitions: Array(contents.partitions.keys))
    for gauge in contents.topics.values.joined() { gauge.destroy() }
    for gauge in contents.group { gauge.destroy() }
    for gauge in contents.states.values { gauge.destroy() }
    contents.catchUp?.destroy()
    contents = Contents()
  }
}
