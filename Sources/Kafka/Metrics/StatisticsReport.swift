/// The part of librdkafka's statistics that becomes metrics; names as in its STATISTICS.md.
struct StatisticsReport: Decodable {
  struct Broker: Decodable {
    struct Window: Decodable {
      var avg: Int
      var p99: Int
    }

    var nodeid: Int
    var state: String
    var outbuf_cnt: Int
    var waitresp_cnt: Int
    var txerrs: Int
    var rxerrs: Int
    var req_timeouts: Int
    var connects: Int?
    var disconnects: Int?
    var rtt: Window?
    var throttle: Window?
  }

  struct Topic: Decodable {
    var partitions: [String: Partition]
  }

  struct Partition: Decodable {
    var partition: Int
    var fetchq_cnt: Int
    var consumer_lag: Int
  }

  struct ConsumerGroup: Decodable {
    var state: String
    var join_state: String
    var rebalance_cnt: Int
    var assignment_size: Int
  }

  var type: String
  var msg_cnt: Int
  var msg_size: Int
  var tx: Int
  var tx_bytes: Int
  var rx: Int
  var rx_bytes: Int
  var txmsgs: Int
  var rxmsgs: Int
  var brokers: [String: Broker]
  var topics: [String: Topic]
  var cgrp: ConsumerGroup?
}
