extension Keys {
  /// `broker.*`: the embedded broker.
  public enum Broker {
    /// `broker.listen`.
    public static let listen = ConfigurationKey<HostPort>(
      "broker.listen", .address, default: HostPort(host: "127.0.0.1", port: 9092),
      "Where the broker speaks Kafka's protocol; port 0 takes a free one. It has no authentication: see allow_remote.")
    /// `broker.allow_remote`.
    public static let allowRemote = ConfigurationKey<Bool>(
      "broker.allow_remote", .boolean, default: false,
      "Whether listen may be an address that other machines reach: whoever reaches it can read, write and delete everything.")
    /// `broker.advertise`.
    public static let advertise = ConfigurationKey<HostPort?>(
      "broker.advertise", optional: .address, "What clients are told to connect to, where that is not listen.")
    /// `broker.http_listen`.
    public static let httpListen = ConfigurationKey<HostPort>(
      "broker.http_listen", .address, default: HostPort(host: "127.0.0.1", port: 8085), "Where the broker serves metrics and health.")
    /// `broker.data_folder`.
    public static let dataFolder = ConfigurationKey<String>(
      "broker.data_folder", .path, default: ".sluice/broker", "The folder of topics, groups and transactions; one process at a time.")
    /// `broker.fsync`.
    public static let fsync = ConfigurationKey<BrokerFsync>(
      "broker.fsync", .choice, default: .interval,
      """
      When records are forced to the disk. All of them survive the end of the process, kill -9 included; they differ when the machine \
      loses power: every-batch acknowledges after the fsync and loses nothing, interval loses at most fsync_interval, os (Apache Kafka's \
      own default, which relies on replicas) what the kernel had not written.
      """)
    /// `broker.fsync_interval`.
    public static let fsyncInterval = ConfigurationKey<Duration>(
      "broker.fsync_interval", .duration(.milliseconds(10)...(.seconds(60))), default: .seconds(1), "How often, with fsync: interval.")
    /// `broker.default_partitions`.
    public static let defaultPartitions = ConfigurationKey<Int>(
      "broker.default_partitions", .integer(1...1000), default: 1,
      "Partitions of a topic whose creator does not say (num.partitions).")
    /// `broker.auto_create_topics`.
    public static let autoCreateTopics = ConfigurationKey<Bool>(
      "broker.auto_create_topics", .boolean, default: true,
      "Whether a topic is made when a client asks for it (auto.create.topics.enable).")
    /// `broker.max_partitions`.
    public static let maxPartitions = ConfigurationKey<Int>(
      "broker.max_partitions", .integer(1...100_000), default: 4000, "Partitions of all topics; beyond that none are created.")
    /// `broker.max_connections`.
    public static let maxConnections = ConfigurationKey<Int>(
      "broker.max_connections", .integer(1...100_000), default: 1000, "The most connections; one more is closed at once (max.connections).")
    /// `broker.max_request_bytes`.
    public static let maxRequestBytes = ConfigurationKey<ByteSize>(
      "broker.max_request_bytes", .byteSize(.kibibytes(1)...(.mebibytes(1024))), default: .mebibytes(100),
      "The largest request; a larger one ends its connection (socket.request.max.bytes).")
    /// `broker.rebalance_delay`.
    public static let rebalanceDelay = ConfigurationKey<Duration>(
      "broker.rebalance_delay", .duration(.zero...(.seconds(600))), default: .zero,
      """
      How long a new group waits for further members before it deals out partitions (group.initial.rebalance.delay.ms; Kafka's default \
      of 3 s is for large groups, its own configuration file for one machine sets 0).
      """)
    /// `broker.retention_interval`.
    public static let retentionInterval = ConfigurationKey<Duration>(
      "broker.retention_interval", .duration(.milliseconds(100)...(.seconds(86_400))), default: .seconds(300),
      "How often old segments are looked for (log.retention.check.interval.ms).")
    /// `broker.topic_defaults`.
    public static let topicDefaults = ConfigurationKey<[String: String]>(
      "broker.topic_defaults", .map, default: [:],
      "Defaults of topics by Kafka's broker names, such as log.retention.ms or log.segment.bytes.")
    static let all: [any ConfigurationDeclaration] = [
      listen, allowRemote, advertise, httpListen, dataFolder, fsync, fsyncInterval, defaultPartitions, autoCreateTopics, maxPartitions,
      maxConnections, maxRequestBytes, rebalanceDelay, retentionInterval, topicDefaults,
    ]
  }
}
