import Foundation
import Testing

@testable import Kafka

@Suite struct StatisticsTests {
  @Test func readsLibrdkafkasReport() throws {
    let json = """
      {"name":"sluice#consumer-1","client_id":"sluice","type":"consumer","ts":1,"time":1,"age":1,"replyq":0,"msg_cnt":1,"msg_size":2,
      "msg_max":100000,"msg_size_max":1073741824,"simple_cnt":0,"metadata_cache_cnt":1,"brokers":{"localhost:1/1":{"name":"x","nodeid":1,
      "nodename":"x","source":"learned","state":"UP","stateage":1,"outbuf_cnt":1,"outbuf_msg_cnt":0,"waitresp_cnt":2,"waitresp_msg_cnt":0,
      "tx":1,"txbytes":1,"txerrs":3,"txretries":0,"txidle":1,"req_timeouts":4,"rx":1,"rxbytes":1,"rxerrs":0,"rtt":{"min":1,"max":2,"avg":5,
      "sum":1,"stddev":0,"p50":1,"p75":1,"p90":1,"p95":1,"p99":9,"p99_99":1,"outofrange":0,"hdrsize":1,"cnt":1},"connects":1,"disconnects":2}},
      "topics":{"t":{"topic":"t","age":1,"metadata_age":1,"partitions":{"0":{"partition":0,"fetchq_cnt":7,"consumer_lag":3}}}},
      "cgrp":{"state":"up","stateage":1,"join_state":"steady","rebalance_age":1,"rebalance_cnt":2,"assignment_size":4},
      "tx":10,"tx_bytes":11,"rx":12,"rx_bytes":13,"txmsgs":14,"txmsg_bytes":15,"rxmsgs":16,"rxmsg_bytes":17}
      """
    let report = try JSONDecoder().decode(StatisticsReport.self, from: Data(json.utf8))
    #expect(report.rxmsgs == 16)
    #expect(report.cgrp?.assignment_size == 4)
    #expect(report.brokers.values.first?.rtt?.p99 == 9)
    #expect(report.topics["t"]?.partitions["0"]?.fetchq_cnt == 7)
  }
}
