extension Keys {
  /// `syncer.*`: the daemon that applies changes to read models.
  public enum Syncer {
    /// `syncer.listen`.
    public static let listen = ConfigurationKey<HostPort>(
      "syncer.listen", .address, default: HostPort(host: "127.0.0.1", port: 8084), "Where the syncer daemon serves metrics and health.")
    /// `syncer.group`.
    public static let group = ConfigurationKey<String>(
      "syncer.group", .text, default: "sluice-syncer",
      "The consumer group. Stored offsets belong to it: a new name starts from the beginning.")
    /// `syncer.instance_id`.
    public static let instanceID = ConfigurationKey<String?>(
      "syncer.instance_id", optional: .text,
      "This member's name in the group that survives a restart (static membership), so that a restart causes no rebalance. One per process."
    )
    /// `syncer.topics`.
    public static let topics = ConfigurationKey<[String]>(
      "syncer.topics", .list("a list of topics or ^regular expressions"), default: [],
      defaultNote: "none: must be set",
      "Topics to subscribe; one that begins with ^ is a regular expression.")
    /// `syncer.mirrors`.
    public static let mirrors = ConfigurationKey<[String]>(
      "syncer.mirrors", .paths, default: [], "Connector files whose captured tables are mirrored in the read database.")
    /// `syncer.mirror_schema`.
    public static let mirrorSchema = ConfigurationKey<String>(
      "syncer.mirror_schema", .text, default: "shop",
      "The schema of the read database in which mirrors are seen, a view each; their tables are in mirror_<this>.")
    /// `syncer.batch_size`.
    public static let batchSize = ConfigurationKey<Int>(
      "syncer.batch_size", .integer(1...100_000), default: 2000, "The most records applied in one transaction.")
    /// `syncer.batch_bytes`.
    public static let batchBytes = ConfigurationKey<ByteSize>(
      "syncer.batch_bytes", .byteSize(.kibibytes(64)...(.mebibytes(512))), default: .mebibytes(8),
      "The most bytes of records applied in one transaction.")
    /// `syncer.fetch_wait`.
    public static let fetchWait = ConfigurationKey<Duration>(
      "syncer.fetch_wait", .duration(.milliseconds(1)...(.seconds(30))), default: .milliseconds(500),
      "How long the broker may hold a request for records while there are none. Apache Kafka answers as soon as there is one.")
    /// `syncer.max_poll_interval`.
    public static let maxPollInterval = ConfigurationKey<Duration>(
      "syncer.max_poll_interval", .duration(.seconds(1)...(.seconds(86_400))), default: .seconds(300),
      "How long one batch may take before the group gives its partitions to another member.")
    /// `syncer.start_timeout`.
    public static let startTimeout = ConfigurationKey<Duration>(
      "syncer.start_timeout", .duration(.seconds(1)...(.seconds(3600))), default: .seconds(30),
      "How long Kafka and the read database may take to answer at the start before the daemon gives up.")
    /// `syncer.unknown_records`.
    public static let unknownRecords = ConfigurationKey<UnknownRecords>(
      "syncer.unknown_records", .choice, default: .deadletter, "What happens to a record that no handler accepts.")
    /// `syncer.tombstone_retention`.
    public static let tombstoneRetention = ConfigurationKey<Duration>(
      "syncer.tombstone_retention", .duration(.seconds(60)...(.seconds(365 * 86_400))), default: .seconds(7 * 86_400),
      "How long a deleted mirror row keeps its key and LSN, so that an older event that arrives late does not bring it back.")
    /// `syncer.retry.max_attempts`.
    public static let retryMaxAttempts = ConfigurationKey<Int>(
      "syncer.retry.max_attempts", .integer(1...1000), default: 5, "How often a failing record is tried before it is dead-lettered.")
    /// `syncer.retry.initial_delay`.
    public static let retryInitialDelay = ConfigurationKey<Duration>(
      "syncer.retry.initial_delay", .duration(.milliseconds(1)...(.seconds(3600))), default: .milliseconds(100),
      "The wait before the second attempt.")
    /// `syncer.retry.max_delay`.
    public static let retryMaxDelay = ConfigurationKey<Duration>(
      "syncer.retry.max_delay", .duration(.milliseconds(1)...(.seconds(3600))), default: .seconds(10),
      "The longest wait between two attempts.")
    /// `syncer.retry.multiplier`.
    public static let retryMultiplier = ConfigurationKey<Double>(
      "syncer.retry.multiplier", .number(1...10), default: 2, "By how much the wait grows with each attempt.")
    /// `syncer.dead_letter.suffix`.
    public static let deadLetterSuffix = ConfigurationKey<String>(
      "syncer.dead_letter.suffix",
      .text("a suffix of letters, digits, '.', '_' and '-'") { $0.utf8.allSatisfy { byte in KafkaNames.isAllowed(byte) } }, default: ".dlq",
      "What the dead-letter topic's name adds to the source topic's.")

    static let all: [any ConfigurationDeclaration] = [
      listen, group, instanceID, topics, mirrors, mirrorSchema, projections, batchSize, batchBytes, fetchWait, maxPollInterval,
      startTimeout, unknownRecords, tombstoneRetention,
      retryMaxAttempts, retryInitialDelay, retryMaxDelay, retryMultiplier, deadLetterSuffix,
    ]
  }
}
