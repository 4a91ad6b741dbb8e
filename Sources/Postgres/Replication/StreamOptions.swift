/// How much a replication stream holds, and how often it reports.
public struct StreamOptions: Sendable, Hashable {
  /// A standby status update is sent at least so often; more often where the server's `wal_sender_timeout` asks for it. Default 10 s.
  public var statusInterval: Duration
  /// A batch is handed out when it has so many messages. Default 8192.
  public var maxBatchMessages: Int
  /// A batch is handed out when it has so many bytes (one larger message is a batch of its own). Default 1 MB.
  public var maxBatchBytes: Int
  /// When so many bytes wait for the receiver, the socket is not read any more. Default 8 MB.
  public var maxBufferedBytes: Int

  /// See the properties.
  public init(
    statusInterval: Duration = .seconds(10), maxBatchMessages: Int = 8192, maxBatchBytes: Int = 1 << 20, maxBufferedBytes: Int = 8 << 20
  ) {
    self.statusInterval = max(.milliseconds(10), statusInterval)
    self.maxBatchMessages = max(1, maxBatchMessages)
    self.maxBatchBytes = max(1, maxBatchBytes)
    self.maxBufferedBytes = max(1, maxBufferedBytes)
  }
}
