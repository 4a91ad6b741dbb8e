import Kafka

/// Makes records for tests.
enum Records {
  /// A change of `public.items`, as Debezium writes it.
  static func envelope(_ id: Int, name: String = "a", operation: String = "c", commitMicroseconds: Int64 = 1_700_000_000_000_000) -> [UInt8]
  {
    let row = #"{"id":\#(id),"name":"\#(name)"}"#
    let after = operation == "d" ? "null" : row
    let before = operation == "d" ? row : "null"
    return Array(
      """
      {"before":\(before),"after":\(after),"source":{"version":"3.0.0.Final","connector":"postgresql","name":"shop",\
      "ts_ms":\(commitMicroseconds / 1000),"snapshot":"false","db":"shop","sequence":"[null,\\"\(1000 + id)\\"]",\
      "ts_us":\(commitMicroseconds),"ts_ns":\(commitMicroseconds * 1000),"schema":"public","table":"items","txId":7,\
      "lsn":\(1000 + id),"xmin":null},"transaction":null,"op":"\(operation)","ts_ms":\(commitMicroseconds / 1000)}
      """.utf8)
  }

  /// Records of one partition, `offsets` with values of their own.
  static func run(
    _ partition: TopicPartition, _ offsets: Range<Int>, value: (Int) -> [UInt8]? = { envelope($0) }
  ) -> [ConsumerRecord] {
    offsets.map { offset in
      ConsumerRecord(
        topic: partition.topic, partition: partition.partition, offset: Int64(offset), timestamp: 1_700_000_000_000,
        timestampType: .createTime, key: Array(#"{"id":\#(offset)}"#.utf8), value: value(offset))
    }
  }
}
