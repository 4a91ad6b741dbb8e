/// What a connector file says of signals and incremental snapshots.
struct SignalSettings: Sendable, Hashable {
  enum Channel: String, Sendable, Hashable {
    case source, kafka, file, jmx
    case inProcess = "in-process"
  }

  enum Watermarking: String, Sendable, Hashable {
    case insertInsert = "insert_insert"
    case insertDelete = "insert_delete"
  }

  /// `signal.enabled.channels`; default source.
  var channels: Set<Channel>
  /// `signal.data.collection`: `schema.table`; nil for none.
  var table: String?
  /// `signal.poll.interval.ms`: how often files are looked at; default 5 s.
  var pollInterval: Duration
  /// `signal.file`; default `file-signals.txt`.
  var file: String
  /// `signal.kafka.topic`; default `<topic.prefix>-signal`.
  var topic: String
  /// `signal.kafka.bootstrap.servers`; nil takes the connector's own.
  var bootstrapServers: String?
  /// `signal.kafka.groupId`; default `kafka-signal`.
  var groupID: String
  /// `signal.kafka.poll.timeout.ms`; default 100.
  var pollTimeout: Duration
  /// `signal.consumer.*`, without the prefix.
  var consumer: [String: String]
  /// `incremental.snapshot.chunk.size`, rows; default 1024.
  var chunkSize: Int
  /// `incremental.snapshot.watermarking.strategy`; default insert_insert.
  var watermarking: Watermarking
  /// `read.only`: windows by transaction ids, nothing is written to the source; default false.
  var isReadOnly: Bool

  /// - Throws: `CaptureError` (configuration).
  init(_ reader: SettingsReader, topicPrefix: String) throws(CaptureError) {
    channels = []
    for name in NameFilter.split(reader.text("signal.enabled.channels") ?? "") {
      guard let channel = Channel(rawValue: name.lowercased()) else {
        throw reader.error("signal.enabled.channels", name, "expected source, kafka, file, jmx or in-process")
      }
      channels.insert(channel)
    }
    table = reader.text("signal.data.collection")?.trimmingSpace()
    if let table, table.split(separator: ".", omittingEmptySubsequences: false).filter({ !$0.isEmpty }).count < 2 {
      throw reader.error("signal.data.collection", table, "expected <schema>.<table>")
    }
    pollInterval = max(reader.milliseconds("signal.poll.interval.ms"), .milliseconds(10))
    file = reader.text("signal.file") ?? "file-signals.txt"
    topic = reader.text("signal.kafka.topic") ?? "\(topicPrefix)-signal"
    bootstrapServers = reader.text("signal.kafka.bootstrap.servers") ?? reader.text("bootstrap.servers")
    if channels.contains(.kafka), bootstrapServers == nil {
      throw .configuration(
        "\(reader.origin): key \"signal.kafka.bootstrap.servers\" is missing, and signal.enabled.channels has \"kafka\"")
    }
    groupID = reader.text("signal.kafka.groupId") ?? "kafka-signal"
    pollTimeout = max(reader.milliseconds("signal.kafka.poll.timeout.ms"), .milliseconds(10))
    consumer = ConnectorConfiguration.members(of: "signal.consumer.", in: reader.settings)
    chunkSize = max(1, Int(clamping: reader.number("incremental.snapshot.chunk.size")))
    watermarking = try reader.choice("incremental.snapshot.watermarking.strategy", Watermarking.self)
    isReadOnly = reader.flag("read.only")
  }

  /// Whether a table is the one that signals are written to.
  func isSignalTable(schema: String, table: String) -> Bool { self.table == "\(schema).\(table)" }
}
