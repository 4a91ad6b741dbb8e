import ChangeEvents
import Kafka
import Syncer

/// Makes change records as a connector would have sent them.
struct Changes {
  var topicPrefix = "shop"
  var schema = "public"
  var table: String
  var partition: Int32 = 0

  /// A streamed change. `lastCommit`: the LSN of the commit before its transaction; nil for the first transaction after a snapshot.
  func callAsFunction(
    _ op: String, lsn: Int64, after: String? = nil, before: String? = nil, lastCommit: Int64? = 1, headers: [Header] = [], order: Int? = nil
  ) -> ChangeRecord {
    record(op, lsn: lsn, after: after, before: before, lastCommit: lastCommit, snapshot: "false", headers: headers, order: order)
  }

  /// A row read by a snapshot at `lsn`.
  func read(lsn: Int64, _ after: String) -> ChangeRecord {
    record("r", lsn: lsn, after: after, before: nil, lastCommit: nil, snapshot: "true", headers: [], order: nil)
  }

  /// A row read by an incremental snapshot while the stream was at `position`; nil where the source does not know.
  func reread(at position: Int64?, _ after: String) -> ChangeRecord {
    record(
      "r", lsn: position, after: after, before: nil, lastCommit: position, snapshot: "incremental", headers: [], order: nil)
  }

  private func record(
    _ op: String, lsn: Int64?, after: String?, before: String?, lastCommit: Int64?, snapshot: String, headers: [Header], order: Int?
  ) -> ChangeRecord {
    let position = lsn.map { #"\"\#($0)\""# } ?? "null"
    // Debezium leaves out the LSN of a row that has none in the WAL.
    let own = snapshot == "incremental" ? "null" : lsn.map(String.init) ?? "null"
    let commit = lastCommit.map { #"\"\#($0)\""# } ?? "null"
    let transaction = order.map { #"{"id":"1:1","total_order":\#($0),"data_collection_order":\#($0)}"# } ?? "null"
    let source =
      #"{"version":"3","connector":"postgresql","name":"\#(topicPrefix)","ts_ms":1700000000000,"snapshot":"\#(snapshot)","db":"d","#
      + #""sequence":"[\#(commit),\#(position)]","ts_us":1700000000000000,"ts_ns":1700000000000000000,"schema":"\#(schema)","#
      + #""table":"\#(table)","txId":1,"lsn":\#(own),"xmin":null,"origin":null,"origin_lsn":null}"#
    let value =
      #"{"before":\#(before ?? "null"),"after":\#(after ?? "null"),"source":\#(source),"transaction":\#(transaction),"op":"\#(op)","#
      + #""ts_ms":1700000000001,"ts_us":1700000000001000,"ts_ns":1700000000001000000}"#
    return ChangeRecord(
      parsing: ConsumerRecord(
        topic: "\(topicPrefix).\(schema).\(table)", partition: partition, offset: lsn ?? 0, timestamp: 0, key: nil,
        value: Array(value.utf8),
        headers: headers))
  }
}
