/// How a producer works. The defaults lose nothing and keep order: idempotent, all in-sync replicas acknowledge.
public struct ProducerConfiguration: NativeConfigurable {
  /// How many replicas must have a record before it counts as written.
  public enum Acknowledgements: String, Sendable {
    /// All that are in sync. Required by idempotence.
    case all
    /// The leader alone.
    case leader = "1"
    /// Nobody: offsets are not known, losses are not seen.
    case none = "0"
  }

  /// How record batches are compressed.
  public enum Compression: String, Sendable {
    /// Not at all.
    case none, gzip, snappy, lz4, zstd
  }

  /// How a record without a partition finds one.
  public enum Partitioner: String, Sendable {
    /// As the Java client does: murmur2 of the key, NULL keys spread.
    case murmur2Random = "murmur2_random"
    /// As `murmur2Random`, but all NULL keys go to one partition.
    case murmur2
    /// librdkafka's own default: CRC32 of the key, NULL and empty keys spread.
    case consistentRandom = "consistent_random"
    /// CRC32 of the key, NULL keys to one partition.
    case consistent
    /// As Go's Sarama does: FNV-1a of the key, NULL keys spread.
    case fnv1aRandom = "fnv1a_random"
    /// Without looking at the key.
    case random
  }

  /// `host:port` of one or more brokers, separated by commas. Required.
  public var bootstrapServers: String
  /// The name that brokers log. Default `sluice`.
  public var clientID: String
  /// TLS and SASL. Default plain text.
  public var security: SecurityConfiguration
  /// How often librdkafka's statistics become metrics; zero turns them off. Default 15 seconds.
  public var statisticsInterval: Duration
  /// Any librdkafka key by name, set last. Unknown keys, bad values and reserved keys are refused.
  public var extra: [String: String]

  /// Default all.
  public var acks: Acknowledgements = .all
  /// Whether retries can neither duplicate nor reorder. Default true; needs `acks` all.
  public var idempotence = true
  /// Default none.
  public var compression: Compression = .none
  /// How long a record waits for company in its batch. Default 5 ms, like the Java client since 4.0.
  public var linger: Duration = .milliseconds(5)
  /// The largest batch of records in bytes. Default 1,000,000.
  public var batchBytes = 1_000_000
  /// The most records in one batch. Default 10,000.
  public var batchRecords = 10_000
  /// The largest record (key, value and headers) in bytes. Default 1,000,000; the broker's `message.max.bytes` should agree.
  public var maximumRecordBytes = 1_000_000
  /// How many records may wait for acknowledgement; beyond it senders are suspended. Default 100,000.
  public var queueRecords = 100_000
  /// How many bytes of records may wait for acknowledgement, rounded to KiB; beyond it senders are suspended. Default 64 MiB.
  public var queueBytes = 64 << 20
  /// How long a sender is suspended by a full queue before it fails with `queueFull`. Default 60 s.
  public var enqueueTimeout: Duration = .seconds(60)
  /// How long a record is tried, from entering the queue, until its delivery fails. Default 120 s.
  public var deliveryTimeout: Duration = .seconds(120)
  /// Default murmur2, like the Java client.
  public var partitioner: Partitioner = .murmur2Random
  /// The name under which transactions are fenced; nil is a producer without transactions.
  public var transactionalID: String?
  /// How long the coordinator lets a transaction stay open. Default 60 s.
  public var transactionTimeout: Duration = .seconds(60)

  /// A configuration with the defaults.
  public init(
    bootstrapServers: String, clientID: String = "sluice", security: SecurityConfiguration = .plaintext,
    statisticsInterval: Duration = .seconds(15), transactionalID: String? = nil, extra: [String: String] = [:]
  ) {
    self.bootstrapServers = bootstrapServers
    self.clientID = clientID
    self.security = security
    self.statisticsInterval = statisticsInterval
    self.transactionalID = transactionalID
    self.extra = extra
  }

  var reservedKeys: [String: String] {
    [
      "bootstrap.servers": "use bootstrapServers", "metadata.broker.list": "use bootstrapServers",
      "transactional.id": "use transactionalID, the client must know of it",
      "delivery.report.only.error": "deliveries are counted, successes included",
    ]
  }

  func applyOwn(to native: inout NativeConfiguration) {
    native.set("acks", acks.rawValue)
    native.set("enable.idempotence", idempotence ? "true" : "false")
    native.set("compression.type", compression.rawValue)
    native.set("queue.buffering.max.ms", linger, in: 0...900_000)
    native.set("batch.size", batchBytes, in: 1...2_147_483_647, label: "batchBytes")
    native.set("batch.num.messages", batchRecords, in: 1...1_000_000, label: "batchRecords")
    native.set("message.max.bytes", maximumRecordBytes, in: 1000...1_000_000_000, label: "maximumRecordBytes")
    native.set("queue.buffering.max.messages", queueRecords, in: 1...10_000_000, label: "queueRecords")
    native.set("queue.buffering.max.kbytes", max(1, queueBytes >> 10), in: 1...2_147_483_647, label: "queueBytes")
    native.set("message.timeout.ms", deliveryTimeout, in: 1...2_147_483_647)
    native.set("partitioner", partitioner.rawValue)
    if let transactionalID {
      native.set("transactional.id", transactionalID)
      native.set("transaction.timeout.ms", transactionTimeout, in: 1000...2_147_483_647)
      // librdkafka wants a record's time to end before its transaction's.
      if deliveryTimeout > transactionTimeout { native.set("message.timeout.ms", transactionTimeout, in: 1000...2_147_483_647) }
      if !idempotence { native.reject("idempotence: false cannot go with transactionalID \"\(transactionalID)\"") }
    }
    if idempotence, acks != .all { native.reject("acks: \(acks.rawValue) cannot go with idempotence, expected all") }
    if queueBytes < maximumRecordBytes {
      native.reject("queueBytes: \(queueBytes) is less than maximumRecordBytes \(maximumRecordBytes), such a record could never be sent")
    }
    if enqueueTimeout <= .zero { native.reject("enqueueTimeout: expected more than zero, found \(enqueueTimeout)") }
  }
}
