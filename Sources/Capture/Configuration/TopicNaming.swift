/// `topic.naming.strategy` with its settings: which topic gets what.
struct TopicNaming: Sendable, Hashable {
  enum Strategy: String, Sendable, Hashable, CaseIterable {
    /// `<prefix>.<schema>.<table>`.
    case schema = "io.debezium.schema.SchemaTopicNamingStrategy"
    /// `<prefix>.<table>`.
    case `default` = "io.debezium.schema.DefaultTopicNamingStrategy"
  }

  var strategy: Strategy
  var prefix: String
  var delimiter: String
  var heartbeatPrefix: String
  var heartbeatName: String?
  var transactionName: String

  init(_ reader: SettingsReader) throws(CaptureError) {
    strategy = Strategy(rawValue: reader.text("topic.naming.strategy") ?? "") ?? .schema
    prefix = try reader.required("topic.prefix")
    delimiter = reader.text("topic.delimiter") ?? "."
    heartbeatPrefix = reader.text("topic.heartbeat.prefix") ?? "__debezium-heartbeat"
    heartbeatName = reader.text("topic.heartbeat.name")
    transactionName = reader.text("topic.transaction") ?? "transaction"
    for (key, value) in [
      ("topic.prefix", prefix), ("topic.delimiter", delimiter), ("topic.heartbeat.prefix", heartbeatPrefix),
      ("topic.heartbeat.name", heartbeatName ?? ""), ("topic.transaction", transactionName),
    ] where !value.utf8.allSatisfy(TopicName.isLegal) {
      throw reader.error(key, value, "expected letters, digits, '.', '_' and '-'")
    }
  }

  /// The topic of a table's changes.
  func changes(schema: String, table: String) -> String {
    let parts = strategy == .schema ? [prefix, schema, table] : [prefix, table]
    return TopicName.sanitized(parts.filter { !$0.trimmingSpace().isEmpty }.joined(separator: delimiter))
  }

  /// The topic of heartbeats.
  var heartbeats: String { heartbeatName ?? [heartbeatPrefix, prefix].joined(separator: delimiter) }

  /// The topic of transactions' begins and ends.
  var transactions: String { [prefix, transactionName].joined(separator: delimiter) }
}
