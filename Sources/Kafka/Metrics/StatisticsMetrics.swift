internal import Foundation
internal import Logging
internal import Metrics

/// Turns librdkafka's statistics into gauges. They are gauges throughout, because librdkafka reports totals, not steps.
///
/// Runs on the client's background thread, once per `statisticsInterval`.
final class StatisticsMetrics: Sendable {
  private let labels: [(String, String)]

  init(role: String, clientID: String) {
    labels = [("client", clientID), ("role", role)]
  }

  func record(_ json: String, logger: Logger) {
    do {
      record(try JSONDecoder().decode(StatisticsReport.self, from: Data(json.utf8)))
      logger.trace("statistics recorded")
    } catch {
      logger.warning("statistics of librdkafka could not be read: \(error)")
    }
  }

  func record(_ report: StatisticsReport) {
    set(KafkaMetricNames.queuedRecords, report.msg_cnt)
    set(KafkaMetricNames.queuedBytes, report.msg_size)
    set(KafkaMetricNames.sentRecords, report.txmsgs)
    set(KafkaMetricNames.receivedRecords, report.rxmsgs)
    set(KafkaMetricNames.sentBytes, report.tx_bytes)
    set(KafkaMetricNames.receivedBytes, report.rx_bytes)
    set(KafkaMetricNames.requests, report.tx)
    // Brokers with a negative number are bootstrap addresses and the logical coordinator, not nodes.
    for broker in report.brokers.values where broker.nodeid >= 0 { record(broker) }
    guard report.type == "consumer" else { return }
    if let group = report.cgrp {
      set(KafkaMetricNames.rebalances, group.rebalance_cnt)
      set(KafkaMetricNames.assignedPartitions, group.assignment_size)
    }
    let partitions = report.topics.values.lazy.flatMap { $0.partitions.values }.filter { $0.partition >= 0 }
    set(KafkaMetricNames.prefetchedRecords, partitions.reduce(0) { $0 + $1.fetchq_cnt })
  }

  private func record(_ broker: StatisticsReport.Broker) {
    let node = [("broker", String(broker.nodeid))]
    set(KafkaMetricNames.brokerUp, broker.state == "UP" ? 1 : 0, node)
    set(KafkaMetricNames.brokerWaitingRequests, broker.outbuf_cnt + broker.waitresp_cnt, node)
    set(KafkaMetricNames.brokerErrors, broker.txerrs + broker.rxerrs, node)
    set(KafkaMetricNames.brokerTimeouts, broker.req_timeouts, node)
    if let disconnects = broker.disconnects { set(KafkaMetricNames.brokerDisconnects, disconnects, node) }
    if let rtt = broker.rtt {
      gauge(KafkaMetricNames.brokerRoundTripMean, node).record(Double(rtt.avg) / 1e6)
      gauge(KafkaMetricNames.brokerRoundTripP99, node).record(Double(rtt.p99) / 1e6)
    }
  }

  private func set(_ name: String, _ value: Int, _ more: [(String, String)] = []) {
    gauge(name, more).record(value)
  }

  private func gauge(_ name: String, _ more: [(String, String)]) -> Gauge {
    Gauge(label: name, dimensions: labels + more)
  }
}
