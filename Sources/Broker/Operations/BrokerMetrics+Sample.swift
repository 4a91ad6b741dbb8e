internal import Metrics

extension BrokerMetrics {
  /// Sets the gauges. Series of partitions that are gone are removed.
  func sample(_ core: BrokerCore) {
    gauge(BrokerMetricNames.connections, core.connections.count)
    gauge(BrokerMetricNames.bufferedBytes, core.connections.bufferedBytes)
    gauge(BrokerMetricNames.partitions, core.topics.partitionCount)
    gauge(BrokerMetricNames.underReplicated, 0)
    gauge(BrokerMetricNames.activeControllers, 1)
    gauge(BrokerMetricNames.waitingFetches, core.fetches.waitingCount, [("delayedOperation", "Fetch")])
    let groups = core.groups.figures
    for state in ClassicGroupState.allCases {
      gauge(BrokerMetricNames.groups, groups.groupsByState[state] ?? 0, [("state", state.rawValue)])
    }
    var offline = 0
    var seen: Set<TopicPartition> = []
    for topic in core.topics.topics.values {
      for log in topic.logs {
        if log.isOffline { offline += 1 }
        seen.insert(log.partition)
        let dimensions = [("topic", topic.name), ("partition", "\(log.partition.partition)")]
        let gauges = partitionGauges(log.partition, dimensions)
        gauges.size.record(log.sizeBytes)
        gauges.end.record(log.logEndOffset)
        gauges.start.record(log.logStartOffset)
        gauges.segments.record(log.segmentCount)
      }
    }
    gauge(BrokerMetricNames.offlinePartitions, offline)
    forgetPartitions(except: seen)
  }

  private func gauge(_ name: String, _ value: Int, _ dimensions: [(String, String)] = []) {
    Gauge(label: name, dimensions: dimensions).record(value)
  }
}
