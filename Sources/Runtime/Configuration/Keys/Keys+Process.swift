extension Keys {
  /// `log.*`.
  public enum Log {
    /// `log.level`.
    public static let level = ConfigurationKey<LogLevel>(
      "log.level", .choice, default: .info, "The least important messages that are written.")
    /// `log.format`.
    public static let format = ConfigurationKey<LogFormat>(
      "log.format", .choice, default: .text, "text for people, json for collectors: one object a line. Both go to standard error.")
    static let all: [any ConfigurationDeclaration] = [level, format]
  }

  /// `metrics.*`.
  public enum Metrics {
    /// `metrics.max_series`.
    public static let maxSeries = ConfigurationKey<Int>(
      "metrics.max_series", .integer(100...1_000_000), default: 20_000,
      "The most series kept; more are counted in sluice_metrics_series_refused_total and dropped, so that a label out of hand fills no memory."
    )
    /// `metrics.process`.
    public static let process = ConfigurationKey<Bool>(
      "metrics.process", .boolean, default: true, "Whether process_* metrics (memory, CPU, files) are exposed.")
    static let all: [any ConfigurationDeclaration] = [maxSeries, process]
  }

  /// `up.*`: everything on one machine.
  public enum Up {
    /// `up.data_folder`.
    public static let dataFolder = ConfigurationKey<String>(
      "up.data_folder", .path, default: ".sluice",
      "The folder of the local PostgreSQL, the local broker, logs and the capture daemon's offsets.")
    /// `up.postgres`.
    public static let postgres = ConfigurationKey<LocalServerMode>(
      "up.postgres", .choice, default: .local,
      "local starts a PostgreSQL in the data folder; external uses write.database and read.database.")
    /// `up.postgres_port`.
    public static let postgresPort = ConfigurationKey<Int>(
      "up.postgres_port", .integer(0...65535), default: 54_320, "The port of the local PostgreSQL; 0 takes a free one.")
    /// `up.broker`.
    public static let broker = ConfigurationKey<LocalServerMode>(
      "up.broker", .choice, default: .local,
      "local starts `sluice broker` in the data folder; external uses kafka.bootstrap_servers.")
    /// `up.broker_port`.
    public static let brokerPort = ConfigurationKey<Int>(
      "up.broker_port", .integer(0...65535), default: 9092, "The port of the local broker; 0 takes a free one.")
    /// `up.partitions`.
    public static let partitions = ConfigurationKey<Int>(
      "up.partitions", .integer(1...1000), default: 12, "Partitions of topics that are made on the local broker.")
    /// `up.ready_timeout`.
    public static let readyTimeout = ConfigurationKey<Duration>(
      "up.ready_timeout", .duration(.seconds(1)...(.seconds(3600))), default: .seconds(60), "How long everything may take to become ready.")
    /// `up.topics`.
    public static let topics = ConfigurationKey<[String]>(
      "up.topics", .list("a list of topics"), default: [], "Topics that the local broker makes beside those of the sample shop.")
    static let all: [any ConfigurationDeclaration] = [
      dataFolder, postgres, postgresPort, broker, brokerPort, partitions, topics, readyTimeout,
    ]
  }
}
